/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"

/* What amendments.c and amend.c share. */
#define SHORT_PREFIX      "TA1."
#define SHORT_LABEL       "tabella amendment v1"
#define AMENDMENT_MESSAGE (32 + 2 + 1 + 2 + 4)

/* What the short form's signature covers after its label. */
void  tabella_amendment_message (const guint8 he[32], const TabellaAmendment *a, guint8 message[AMENDMENT_MESSAGE]);
/* The trusted comment of the file's signature. */
char *tabella_amendment_comment (const guint8 he[32], guint16 number);
