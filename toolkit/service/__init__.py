"""Cost to serve: measures, people and moves of each grade, priced for every customer to the cent."""

from toolkit.service.bill import Bill, price
from toolkit.service.dependence import Dependence, dependence
from toolkit.service.ledger import Reconciliation, reconcile
from toolkit.service.line import Line, Pool
from toolkit.service.neglect import Neglect, neglect
from toolkit.service.plan import ServicePlan, service_plan
from toolkit.service.rebates import break_even_uplift, rebates
from toolkit.service.sensitivity import sensitivity
from toolkit.service.staffing import heads_needed
from toolkit.service.volumes import Volumes, volumes

__all__ = [
    "Bill",
    "Dependence",
    "Line",
    "Neglect",
    "Pool",
    "Reconciliation",
    "ServicePlan",
    "Volumes",
    "break_even_uplift",
    "dependence",
    "heads_needed",
    "neglect",
    "price",
    "rebates",
    "reconcile",
    "sensitivity",
    "service_plan",
    "volumes",
]


def __dir__() -> list[str]:
    return sorted(__all__)
