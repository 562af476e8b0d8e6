/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk.h"
#include "printing.h"
#include "secret.h"

#define MAX_PASSPHRASES  6
#define PASSPHRASE_BYTES 256
#define SETUP_CODE_BYTES 32

/* The model's members; of kiosk.c (flow, language, comfort), kiosk-text.c and kiosk-hand.c (what
 * one screen leaves for the next, secrets among it). */
struct _TabellaKiosk {
  GObject parent_instance;

  TabellaStation *station;
  TabellaHardware hardware;
  TabellaPrinting *printing;
  char *hint;
  TabellaStickJob *stick, *last_stick; /* the present screen's, and the last that was done */
  TabellaFlow flow;
  guint moves;
  gboolean lock_asked;
  char *notice;

  char *language, *officers_language, *voters_language; /* the present one, theirs (or NULL) */
  GHashTable *directed; /* election texts that need marks of direction: plain to marked */
  TabellaComfort comfort;

  guint place;
  gboolean from_review;
  TabellaAnswer *answer;
  char *typed;
  guint8 ticket[TABELLA_TICKET_SHORT];
  gboolean has_ticket, provisional;
  char *qr;
  gboolean uncertain;
  gboolean counted; /* by hand, at closing */
  guint hand_count;
  TabellaPackage *package;
  GPtrArray *offered; /* TabellaAmendment, or NULL */
  guint n_offered;    /* as many as came at once */
  TabellaTypedCode code;
  guint code_group;

  TabellaSecret *setup_code; /* SETUP_CODE_BYTES, NUL-ended */
  TabellaSecret *passphrases[MAX_PASSPHRASES];
  const char *list[MAX_PASSPHRASES + 1];
  guint n_passphrases;
};

/* kiosk-stick.c: the screen goes, and with it what it did with a stick. */
void tabella_kiosk_drop_stick (TabellaKiosk *k);
