"""Where the database servers of the tests listen. `.ci/run` starts them with these defaults."""

import os

POSTGRESQL_URL = os.environ.get("CARTWHEEL_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")
MYSQL_URL = os.environ.get("CARTWHEEL_TEST_MYSQL", "mysql://root@127.0.0.1:3306/test")
REDIS_URL = os.environ.get("CARTWHEEL_TEST_REDIS", "redis://127.0.0.1:6379/0")
