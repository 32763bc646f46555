"""A world with gangs, victims and hard negatives, and its truth.

`world.simulate` is the one entrance. `making` puts the world together from `population`, `ties`, `services`, `hubs`
(ordinary life) and `gangs`, `dialling`, `stories`, `scripts`, `storms` (crime); `reports` and `links` derive what the
operator hears of it; `feeds`, `writing` and `truth` write it down, `truth` says what its files mean. `variant` names
the kinds of world.
"""
