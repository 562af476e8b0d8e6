/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "box.h"
#include "officers.h"
#include "package.h"
#include "receipts.h"
#include "tickets.h"

/* What a terminal does, without a screen. One TabellaStation a state folder; used alike by the
 * kiosk and by rehearsals.
 *
 * State folder: setup.vault, officers.vaults, package/ (installed), amendments/, box.db, running
 * (account.h), leaving and retired (life.h). */
typedef struct _TabellaStation TabellaStation;

typedef enum {
  TABELLA_STATION_NEW,
  TABELLA_STATION_ENROLLED,
  TABELLA_STATION_INSTALLED /* package in, officers not yet chosen */,
  TABELLA_STATION_LOCKED,
  TABELLA_STATION_READY,
  TABELLA_STATION_OPEN,
  TABELLA_STATION_PAUSED,
  TABELLA_STATION_CLOSED,
  TABELLA_STATION_RETIRED /* its keys are destroyed (life.h) */,
} TabellaStationState;

/* Local time as "YYYY-MM-DD HH:MM"; the default reads the system's clock. */
typedef void (*TabellaClock) (char out[17], gpointer data);

TabellaStation *tabella_station_open (const char *dir,
                                      GError **error); /* any state; a locked one after a restart */
void tabella_station_free (TabellaStation *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStation, tabella_station_free)
void tabella_station_set_clock (TabellaStation *s, TabellaClock clock, gpointer data);
/* The cost of vaults made from now on; REHEARSAL is refused by install of an official election. */
void tabella_station_set_cost (TabellaStation *s, TabellaVaultCost cost);

/* CLOSED only while unlocked or not, LOCKED hides what lies beneath: */
TabellaStationState tabella_station_state (const TabellaStation *s);
gboolean tabella_station_unlocked (const TabellaStation *s);
/* What the installed election says; NULL before. Role and lane after amendments. */
const TabellaManifest *tabella_station_manifest (const TabellaStation *s);
const TabellaCeremonyKeys *tabella_station_keys (const TabellaStation *s);
const TabellaTerminalInfo *tabella_station_terminal (const TabellaStation *s);
const TabellaTerminalStatus *tabella_station_status (const TabellaStation *s);
const TabellaBallotContext *tabella_station_context (const TabellaStation *s);

/* NEW → ENROLLED. *setup_code: tabella_setup_code_free(); *enrolment: file text. @secrets: NULL
 * makes new ones (taken over otherwise). */
gboolean
tabella_station_enrol (TabellaStation *s, const char *label, TabellaTerminalSecrets *secrets,
                       gboolean simulated, char **setup_code, char **enrolment, GError **error);
/* The enrolment file again, for the organisers. STATE while NEW, IO. */
char *tabella_station_enrolment (const TabellaStation *s, GError **error);
/* What the tablet is called, on its back too; NULL while NEW. */
const char *tabella_station_label (const TabellaStation *s);
/* ENROLLED → INSTALLED: verifies and copies the package, preallocates the box (@progress may be
 * NULL). The keys are only public ones here. */
TabellaPackage *tabella_station_find_package (TabellaStation *s, const char *path, GError **error);
gboolean tabella_station_install (TabellaStation *s, const TabellaPackage *package, GError **error);
/* INSTALLED → READY (unlocked). */
gboolean tabella_station_first_opening (TabellaStation *s, const char *setup_code,
                                        const char *const *passphrases, guint count,
                                        const char *pin, GError **error);
gboolean
tabella_station_check_setup_code (TabellaStation *s, const char *setup_code, GError **error);
/* LOCKED → the state beneath. PASSPHRASE counts a failure; wait tells the seconds before another
 * try is taken (STATE if too early). */
gboolean
tabella_station_unlock (TabellaStation *s, const char *const *passphrases, guint n, GError **error);
void tabella_station_lock (TabellaStation *s); /* wipes all keys and the voter's session */
guint tabella_station_unlock_wait (const TabellaStation *s);
/* Constant-time; wrong PINs cost growing time, up to a minute: a voter cannot lock the booth. */
gboolean tabella_station_pin (TabellaStation *s, const char *pin, GError **error);
guint tabella_station_pin_wait (const TabellaStation *s);

/* Self-test: one line an item. @ok with ! = blocks opening. */
typedef enum { TABELLA_TEST_OK, TABELLA_TEST_WARNING, TABELLA_TEST_FAILED } TabellaTestResult;
typedef enum {
  TABELLA_TEST_STORAGE,
  TABELLA_TEST_SPACE,
  TABELLA_TEST_NETWORK,
  TABELLA_TEST_ENCRYPTION,
  TABELLA_TEST_PROCESS, /* it has shut itself in; the detail: what is open (process.h) */
  TABELLA_TEST_MEMORY,  /* enough can be locked */
  TABELLA_TEST_CLOCK,
  TABELLA_TEST_BOX_EMPTY,
  TABELLA_N_TESTS
} TabellaTestItem;
typedef struct {
  TabellaTestItem item;
  TabellaTestResult result;
  char *detail;
} TabellaTestLine;
GPtrArray *tabella_station_self_test (TabellaStation *s);

/* READY: zero report (journaled; refuses a box that is not empty), then OPEN. */
gboolean tabella_station_zero_report (TabellaStation *s, GError **error);
gboolean tabella_station_open_poll (TabellaStation *s, GError **error);
gboolean tabella_station_pause (TabellaStation *s, GError **error);
gboolean tabella_station_resume (TabellaStation *s, GError **error);
gboolean tabella_station_end_of_day (TabellaStation *s, GError **error);
gboolean tabella_station_counts (TabellaStation *s, TabellaCounts *counts, GError **error);
/* Files of an amendments folder on a stick: every valid higher number is taken and journaled.
 * *taken: how many. With an officer who looks at each of them: amending.h. */
gboolean tabella_station_amend (TabellaStation *s, const char *path, guint *taken, GError **error);
