"""Paths of the shop."""

from django.urls import path

from djangoshop.views import payments

urlpatterns = [path("invoices/<int:invoice>/payments", payments)]
