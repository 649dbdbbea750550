class AbCSettings:
    port = 5000
    timeout = 2.5
    ci = False
    features = ['tracing', 'auth']
    token = "s3"
    python = (3, 12)
    debug = True
    limit = 5010
