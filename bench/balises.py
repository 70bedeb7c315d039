"""The icons of the rival's layout: the same cached function, as a tag of Django's templates."""

from django import template

from cariatide.socle.pages.gabarits import icone

register = template.Library()
register.simple_tag(icone, name="icone")
