
web