
web*a


	webP"
x