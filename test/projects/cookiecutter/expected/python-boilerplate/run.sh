#!/bin/sh
exec python -m python_boilerplate "$@"
