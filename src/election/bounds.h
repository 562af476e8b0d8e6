/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How much of what somebody else wrote is read. Every limit of a reader stands here and, with its
 * test, in data/doc/formats.md ("Limits"); those of minisign's lines are stock minisign's and stand
 * in minisign.c. Sizes are in bytes. What a terminal reads fits one with 4 GB of memory. */

/* --- Files --- */
#define TABELLA_FILE_LIMIT      (G_GUINT64_CONSTANT (1) << 30)   /* no file is larger */
#define TABELLA_SLICES_LIMIT    (G_GUINT64_CONSTANT (1) << 30)   /* all slices of one terminal */
#define TABELLA_ROLL_LIMIT      (G_GUINT64_CONSTANT (512) << 20) /* the list of voters, CSV */
#define TABELLA_TRUSTEE_LIMIT   (G_GUINT64_CONSTANT (256) << 20) /* a trustee's secret */
#define TABELLA_JSON_LIMIT      (G_GUINT64_CONSTANT (64) << 20)  /* a draft, decisions, result … */
#define TABELLA_MANIFEST_LIMIT  (G_GUINT64_CONSTANT (64) << 20)  /* manifest.json */
#define TABELLA_DECK_LIMIT      (G_GUINT64_CONSTANT (64) << 20)  /* a rehearsal's deck, CSV */
#define TABELLA_RECEIPTS_LIMIT  (G_GUINT64_CONSTANT (16) << 20)  /* a list of receipts */
#define TABELLA_VAULTS_LIMIT    (G_GUINT64_CONSTANT (4) << 20)   /* a terminal's vaults */
#define TABELLA_CEREMONY_LIMIT  (G_GUINT64_CONSTANT (1) << 20)   /* one rN-II.json */
#define TABELLA_AMENDMENT_LIMIT (G_GUINT64_CONSTANT (1) << 20)   /* one NNNN.json */
#define TABELLA_SIGNATURE_LIMIT G_GUINT64_CONSTANT (65536)       /* a .minisig */
#define TABELLA_SMALL_LIMIT     G_GUINT64_CONSTANT (65536)       /* enrolment, NNN.keys, NNN.secret */
#define TABELLA_LINE_LIMIT      G_GUINT64_CONSTANT (4096)        /* a key file, receipt, reason, code */
/* 65,535 terminals have a file of keys and a slice each. */
#define TABELLA_FOLDER_NAMES_MAX 150000 /* names in one folder */
#define TABELLA_IMPORT_DEPTH     32     /* folders below the one that is imported */

/* --- JSON --- */
#define TABELLA_JSON_MAX        G_GINT64_CONSTANT (9007199254740991) /* 2^53 − 1 */
#define TABELLA_JSON_DEPTH      16
#define TABELLA_JSON_VALUES_MAX (1u << 22) /* a parsed one takes up to 230 bytes */
#define TABELLA_PROBLEM_CHARS   500        /* one problem's message */
#define TABELLA_PROBLEMS_NAMED  1000       /* bad lines of a roll, of a deck */

/* --- The election --- */
#define TABELLA_ELECTION_NAME_MAX 200
#define TABELLA_LANGUAGES_MAX     16
#define TABELLA_TRUSTEES_MAX      32
#define TABELLA_TRUSTEE_NAME_MAX  100
#define TABELLA_OPTIONS_MAX       1000
#define TABELLA_STYLES_MAX        256
#define TABELLA_LIST_MAX          65535 /* contests, units, stations: an index is u16 */
#define TABELLA_HOURS_MAX         366 /* of one station */
#define TABELLA_TEXT_MAX          2000
#define TABELLA_FIELD_ID_MAX      32
#define TABELLA_MARKS_MAX         8 /* combining marks on one letter */
#define TABELLA_PATTERNS_MAX      16
#define TABELLA_CAPACITY_MAX      100000
#define TABELLA_UNIT_LEAST_MAX    1000000 /* min_unit */
#define TABELLA_UNIT_LEAST        10      /* the least min_unit of an official election */
#define TABELLA_RECEIPT_URL_MAX   200
#define TABELLA_OFFICERS_MAX      6
#define TABELLA_LABEL_MAX         100
#define TABELLA_RESTARTS_MAX      1000 /* ceremonies given up before the one that holds */

/* --- The roll --- */
#define TABELLA_NAME_MAX        200  /* a voter's name */
#define TABELLA_ID_MAX          32   /* a normalised ID */
#define TABELLA_ROLL_LINE_MAX   4096 /* a line of the list */
#define TABELLA_SLICE_KEYS_MAX  64   /* slices of one terminal */

/* --- Counting --- */
#define TABELLA_REASON_MAX 1000 /* characters: at most 4,000 bytes, a file of one line */
