"""Top-level package for Python Boilerplate."""

__author__ = """Ada Lovelace"""
__version__ = '0.1.0'
PARTS = ['0', '1', '0']
MAJOR = 0


class PythonBoilerplate:
    """Python boilerplate"""

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass
