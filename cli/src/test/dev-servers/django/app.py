"""A Django project in one file: a form behind the check for forged requests, and a redirect."""

import sys

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path

settings.configure(
    DEBUG=True,
    SECRET_KEY="of a test",
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
)


def form(request):
    if request.method == "POST":
        response = HttpResponseRedirect(request.build_absolute_uri("/done"))
        response.set_cookie("session", "1", domain="localhost")
        return response
    return HttpResponse(f"<form method=post><input name=csrfmiddlewaretoken value={get_token(request)}></form>")


def done(request):
    return HttpResponse("inside")


urlpatterns = [path("", form), path("done", done)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
