"""The store on real databases: a SQLite file always, a PostgreSQL server where one is installed."""
