"""Tables, migrations, transactions and the log: the only package that knows SQL."""
