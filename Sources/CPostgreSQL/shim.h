// libpq, the C library of PostgreSQL, as PostgreSQLEngine sees it.
#include <libpq-fe.h>
