#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError

from evaluation.site.environment import EnvironmentRefusedError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings")
    try:
        execute_from_command_line(sys.argv)
    except (EnvironmentRefusedError, InterfaceError, OperationalError) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        sys.exit(2)
