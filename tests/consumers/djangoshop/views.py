"""The bank's notice of a payment."""

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from djangoshop.models import Invoice
from djangoshop.services import pay


@csrf_exempt
@require_POST
def payments(request: HttpRequest, invoice: int) -> JsonResponse:
    """Take a payment of one invoice."""
    payment = pay(
        get_object_or_404(Invoice, pk=invoice),
        Decimal(request.POST["amount"]),
        datetime.fromisoformat(request.POST["paid_at"]),
        request.POST["reference"],
        now=timezone.now(),
    )
    return JsonResponse({"payment": payment.pk}, status=201)
