"""Who may call an endpoint: what it asks first, judged by what it is and not by what it is called.

`library` lists what libraries offer; `anonymous` goes through a function of the repository as a
request without any credentials would; `judging` says of one thing whether it guards, and `access`
puts together what all that an endpoint asks comes to.

A guard is claimed only of what refuses such a request whatever else is the case. An endpoint is
called open only if everything that it asks, and its own handler, was understood. What words in
names suggest never makes a guard; it can only make what is not understood unknown.
"""
