/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trustee.h"

/* A trustee's secret file in memory, between trustee-file.c, the rounds and the answers. */

typedef struct {
  guint8 signing[64], transport[32]; /* until round 4 */
  TabellaScalar f[32], g[32];        /* until round 4: t each */
  TabellaScalar z, y;                /* from round 4 on */
} TabellaTrusteeSecrets;

typedef struct {
  guint8 he[32]; gboolean practice; guint8 purpose; guint8 digest[32];
  GBytes *points, *share;
} TabellaAnswer;

struct _TabellaTrustee {
  char *path; TabellaSecret *passphrase; TabellaVaultCost cost;
  guint8 hp[32]; guint16 index, n, t;
  guint16 restarts;                 /* of the ceremony, when round 1 was made */
  guint8 round;                     /* the last one done, 1–4 */
  TabellaTrusteeSecrets *s;         /* in secret memory */
  GBytes *own[4];                   /* this trustee's files as written */
  guint8 seen[2][32][32];           /* BLAKE2b-256 of the r1 and r2 files that rounds 2 and 3 used */
  GPtrArray *answers;               /* TabellaAnswer */
};

TabellaTrustee *tabella_trustee_new (const char *path, const char *passphrase, TabellaVaultCost cost);
/* Errors IO, PASSPHRASE, FORMAT. */
TabellaTrustee *tabella_trustee_file_open (const char *path, const char *passphrase, GError **error);
/* Atomically; @fresh refuses to replace a file. */
gboolean tabella_trustee_file_save (const TabellaTrustee *t, gboolean fresh, GError **error);
