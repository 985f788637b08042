/* What Swift cannot see of libpq's header: the codes that are character literals. */
#ifndef WAYPOST_CLIBPQ_SHIM_H
#define WAYPOST_CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* Field codes of PQresultErrorField. */
static const int waypost_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int waypost_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int waypost_diag_message = PG_DIAG_MESSAGE_PRIMARY;

#endif
