"""The JSON of requests and answers, as the REST contract fixes it, one module a resource."""
