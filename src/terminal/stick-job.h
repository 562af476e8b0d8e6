/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "export.h"
#include "sticks.h"

/* One thing to do with one stick, from "put it in" to "take it out": the model behind a
 * stick-screen. It watches the sticks, mounts the one to use, does the work in a thread, and ejects
 * it, also after a failure. A stick that is put in while one is waited for is used at once.
 * "changed" is emitted for whatever a screen may show of it. */
#define TABELLA_TYPE_STICK_JOB (tabella_stick_job_get_type ())
G_DECLARE_FINAL_TYPE (TabellaStickJob, tabella_stick_job, TABELLA, STICK_JOB, GObject)

/* What is to be done. @work runs in a thread of its own, and the station is that thread's alone
 * meanwhile: it must not touch the kiosk or a widget. @input: as given to tabella_stick_job_new().
 * *result: whatever it leaves, freed by @free_result. */
typedef struct {
  gboolean writes;  /* a write-protected stick will not do */
  gboolean at_once; /* whoever comes here has just asked for it: do not ask again */
  gboolean another; /* a stick to which something was written just now will not do */
  gboolean (*work) (TabellaStation *station, const TabellaStick *stick, const char *input,
                    gpointer *result, GError **error);
  GDestroyNotify free_result;
} TabellaStickTask;

typedef enum {
  TABELLA_STICK_LOOKING, /* not known yet whether one is in */
  TABELLA_STICK_MISSING, /* this tablet cannot find sticks */
  TABELLA_STICK_NONE,    /* put one in */
  TABELLA_STICK_SAME,    /* the one that will not do as @another is still in */
  TABELLA_STICK_SEVERAL, /* choose one, or take some out */
  TABELLA_STICK_READY,   /* one was in already; start() uses it */
  TABELLA_STICK_OPENING, /* being mounted */
  TABELLA_STICK_WORKING, /* the station is the thread's: see tabella_stick_job_busy() */
  TABELLA_STICK_CLOSING, /* being unmounted */
  TABELLA_STICK_TROUBLE, /* see tabella_stick_job_trouble(); start() tries again */
  TABELLA_STICK_DONE,    /* safe to take out */
} TabellaStickPhase;

typedef enum {
  TABELLA_STICK_FINE,
  TABELLA_STICK_PULLED,     /* taken out in the middle; the phase is NONE (or a later one) */
  TABELLA_STICK_UNREADABLE, /* no filesystem that this tablet knows */
  TABELLA_STICK_PROTECTED,  /* it cannot be written */
  TABELLA_STICK_FULL,       /* see tabella_stick_job_space() */
  TABELLA_STICK_REFUSED,    /* the system does not let this program mount it */
  TABELLA_STICK_STUCK,      /* it does not mount */
  TABELLA_STICK_BROKEN,     /* it fails, or gives back other bytes than were written */
  TABELLA_STICK_CONTENT,    /* what was looked for is not on it, or is wrong */
  TABELLA_STICK_TABLET,     /* not the stick: this tablet */
} TabellaStickTrouble;

/* @not_this: the id of the stick that will not do as @another, or NULL. */
TabellaStickJob *
tabella_stick_job_new (TabellaSticks *sticks, TabellaStation *station, const TabellaStickTask *task,
                       const char *input, const char *not_this);
TabellaStickPhase tabella_stick_job_phase (TabellaStickJob *job);
TabellaStickTrouble tabella_stick_job_trouble (TabellaStickJob *job);
/* In a phase in which nothing may be done but wait: WORKING and CLOSING. */
gboolean tabella_stick_job_busy (TabellaStickJob *job);
/* The stick in question, as it was when last seen; NULL: none yet. */
const TabellaStickInfo *tabella_stick_job_stick (TabellaStickJob *job);
/* SEVERAL: TabellaStickInfo to choose from. */
GPtrArray *tabella_stick_job_choice (TabellaStickJob *job);
/* FULL: bytes. */
void tabella_stick_job_space (TabellaStickJob *job, guint64 *needed, guint64 *available);
/* STUCK, CONTENT, TABLET: what was said about it. */
const char *tabella_stick_job_message (TabellaStickJob *job);
/* OPENING, WORKING, CLOSING have lasted unusually long. */
gboolean tabella_stick_job_slow (TabellaStickJob *job);
/* DONE: what the work has left, or NULL. */
gpointer tabella_stick_job_result (TabellaStickJob *job);
gpointer tabella_stick_job_steal_result (TabellaStickJob *job);
/* DONE: it could not be unmounted; what was written is on it all the same. */
gboolean tabella_stick_job_held (TabellaStickJob *job);
/* DONE: it was seen to go. */
gboolean tabella_stick_job_taken_out (TabellaStickJob *job);

/* READY, TROUBLE: use the stick that is in (again). Else nothing. */
void tabella_stick_job_start (TabellaStickJob *job);
/* SEVERAL: use that one. */
void tabella_stick_job_choose (TabellaStickJob *job, const char *id);
/* Nobody waits for it any more: no stick will be used. Not while it is busy. */
void tabella_stick_job_abandon (TabellaStickJob *job);
