/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kiosk's part of amendments: those offered, and the code that is being typed. */
#include "kiosk-private.h"

void
tabella_kiosk_offer (TabellaKiosk *k, GPtrArray *list)
{
  g_clear_pointer (&k->offered, g_ptr_array_unref);
  k->offered = list;
  k->n_offered = list != NULL ? list->len : 0;
}

const TabellaAmendment *
tabella_kiosk_offered (TabellaKiosk *k)
{
  return k->offered != NULL && k->offered->len > 0 ? k->offered->pdata[0] : NULL;
}

void
tabella_kiosk_offered_place (TabellaKiosk *k, guint *at, guint *of)
{
  *of = k->n_offered;
  *at = k->offered != NULL ? k->n_offered - k->offered->len + 1 : 0;
}

gboolean
tabella_kiosk_offer_next (TabellaKiosk *k)
{
  if (k->offered != NULL && k->offered->len > 0)
    g_ptr_array_remove_index (k->offered, 0);
  return tabella_kiosk_offered (k) != NULL;
}

TabellaTypedCode *
tabella_kiosk_code (TabellaKiosk *k)
{
  return &k->code;
}

guint
tabella_kiosk_code_group (TabellaKiosk *k)
{
  return k->code_group;
}

void
tabella_kiosk_set_code_group (TabellaKiosk *k, guint group)
{
  k->code_group = group;
}

void
tabella_kiosk_forget_code (TabellaKiosk *k)
{
  tabella_typed_code_clear (&k->code);
  k->code_group = 1;
}
