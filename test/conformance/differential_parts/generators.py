"""All generators of cases, by the names of the fields that they are for."""
from differential_parts import (cases_action, cases_connections, cases_filters, cases_form, cases_headers, cases_match,
                                cases_mixed, cases_other, cases_subsets, cases_tcp, cases_time, cases_tls)

GENERATORS = {**cases_match.CASES, **cases_action.CASES, **cases_headers.CASES, **cases_form.CASES,
              **cases_time.CASES, **cases_filters.CASES, **cases_other.CASES, **cases_mixed.CASES,
              **cases_tcp.CASES, **cases_connections.CASES, **cases_tls.CASES,
              **cases_subsets.CASES}
