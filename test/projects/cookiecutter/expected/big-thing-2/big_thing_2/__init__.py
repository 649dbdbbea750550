"""Top-level package for   Big Thing-2 ."""

__author__ = """Zoë "Z" O'Neil"""
__version__ = '1.0'
PARTS = ['1', '0']
MAJOR = 1


class BigThing2:
    """  big thing-2 """

    def start(self):
        pass

    def stop(self):
        pass
