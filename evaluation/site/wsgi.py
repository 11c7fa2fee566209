"""The WSGI application behind the kept public pages; refuses to serve from a database whose modes are unsafe."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings")
site = get_wsgi_application()
import_string("evaluation.site.starting.check_database")()
application = import_string("evaluation.portal.pagecache.PageCache")(site)
