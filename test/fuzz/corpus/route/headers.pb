
rd
a*\
F
/2
x-userj
A02
x-user2	2
cookie8@2
:methodZG.Tp
h/p?q 0@ûA