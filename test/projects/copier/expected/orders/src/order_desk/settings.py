class OrderDeskSettings:
    port = 8000
    timeout = 2.0
    ci = True
    features = ['metrics']
    token = "unset"
    python = (3, 12)
    reload = True
    limit = 8010
