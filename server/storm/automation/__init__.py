"""What runs by itself: triggers, cron jobs, daemons."""
