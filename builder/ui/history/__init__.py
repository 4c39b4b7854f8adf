"""The agent's page: what it is, all its versions, any two of them compared, and each one by its own address."""
