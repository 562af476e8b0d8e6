/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The USB sticks that are in: udisks2's (sticks-udisks.h) or folders that stand for some
 * (sticks-folders.h). One entry a stick: of one with several filesystems the largest counts.
 * Used from the main thread only; nothing here blocks. "changed" is emitted when the list, or
 * whether sticks can be found at all, may have changed. */
#define TABELLA_TYPE_STICKS (tabella_sticks_get_type ())
G_DECLARE_INTERFACE (TabellaSticks, tabella_sticks, TABELLA, STICKS, GObject)

typedef struct {
  char *id;           /* opaque; this stick's for as long as it is in */
  char *label;        /* as its owner called it, else its maker; not "", printable */
  guint64 size;       /* bytes that its filesystem holds; 0 if not known */
  char *root;         /* where it is mounted; NULL: it is not */
  gboolean read_only; /* its switch, or the system has seen that it is broken */
  gboolean readable;  /* FALSE: no filesystem on it, or none that is known */
} TabellaStickInfo;
void tabella_stick_info_free (TabellaStickInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStickInfo, tabella_stick_info_free)

typedef enum {
  TABELLA_STICKS_LOOKING, /* not known yet */
  TABELLA_STICKS_READY,
  TABELLA_STICKS_MISSING, /* nobody here finds sticks: udisks2 is not installed or does not run */
} TabellaSticksState;

typedef enum {
  TABELLA_STICKS_ERROR_GONE,    /* it is not in any more */
  TABELLA_STICKS_ERROR_UNKNOWN, /* no filesystem on it that this tablet knows */
  TABELLA_STICKS_ERROR_REFUSED, /* this program may not mount it */
  TABELLA_STICKS_ERROR_FAILED,  /* anything else; the message is the system's own */
} TabellaSticksError;
#define TABELLA_STICKS_ERROR (tabella_sticks_error_quark ())
GQuark tabella_sticks_error_quark (void);

struct _TabellaSticksInterface {
  GTypeInterface parent_interface;

  TabellaSticksState (*state) (TabellaSticks *self);
  GPtrArray *(*list) (TabellaSticks *self);
  void (*mount) (TabellaSticks *self, const char *id, GTask *task);
  void (*eject) (TabellaSticks *self, const char *id, GTask *task);
};

TabellaSticksState tabella_sticks_state (TabellaSticks *self);
/* TabellaStickInfo, in a steady order; empty unless READY. */
GPtrArray *tabella_sticks_list (TabellaSticks *self);
/* The stick of that id, or NULL if it is not in. */
TabellaStickInfo *tabella_sticks_find (TabellaSticks *self, const char *id);

/* Mounts it without set-user-id bits, devices and programs, unless it is mounted already. The
 * result is where. A cancelled mount may still happen. Errors GONE, UNKNOWN, REFUSED, FAILED. */
void tabella_sticks_mount (TabellaSticks *self, const char *id, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
char *tabella_sticks_mount_finish (TabellaSticks *self, GAsyncResult *result, GError **error);
/* Makes it safe to take out: everything is written and it is unmounted, and a disk that turns is
 * stopped. Its entry stays in the list until it is taken out (a stopped disk's goes at once).
 * TRUE too if it was taken out before. Errors REFUSED, FAILED. */
void tabella_sticks_eject (TabellaSticks *self, const char *id, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
gboolean tabella_sticks_eject_finish (TabellaSticks *self, GAsyncResult *result, GError **error);

/* For implementations. */
void tabella_sticks_changed (TabellaSticks *self);
