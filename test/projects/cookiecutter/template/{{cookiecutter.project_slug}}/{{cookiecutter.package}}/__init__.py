"""Top-level package for {{ cookiecutter.project_name }}."""

__author__ = """{{ cookiecutter.full_name }}"""
__version__ = '{{ cookiecutter.version }}'
PARTS = {{ cookiecutter.version.split('.') }}
MAJOR = {{ cookiecutter.version.split('.')[0]|int }}


class {{ cookiecutter.__class }}:
    """{{ cookiecutter.project_name|capitalize }}"""
{%- for name in ['start', 'stop'] %}

    def {{ name }}(self){{ ' -> None' if cookiecutter.typed else '' }}:
        {{ "pass" | indent(8) }}
{%- else %}
    pass
{%- endfor %}
