"""Work behind the screens: the Celery application, the beat and thin tasks over rows."""
