#!/bin/sh
exec python -m big_thing_2 "$@"
