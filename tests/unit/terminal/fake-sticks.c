/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-sticks.h"

#include <string.h>

#define SIZE G_GUINT64_CONSTANT (8000000000)

typedef struct {
  char *id, *root;
  gboolean read_only, mounted;
} Stick;

struct _FakeSticks {
  GObject parent_instance;

  TabellaSticksState state;
  GPtrArray *sticks;
  int code;
  gboolean eject_fails, stops, holds;
  GPtrArray *pending; /* GTask */
};

static void iface_init (TabellaSticksInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSticks, fake_sticks, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_STICKS, iface_init))

static void
stick_free (Stick *stick)
{
  g_free (stick->id);
  g_free (stick->root);
  g_free (stick);
}

static Stick *
find (FakeSticks *self, const char *id)
{
  for (guint i = 0; i < self->sticks->len; i++)
    if (g_str_equal (((Stick *)self->sticks->pdata[i])->id, id))
      return self->sticks->pdata[i];
  return NULL;
}

static TabellaSticksState
state (TabellaSticks *sticks)
{
  return FAKE_STICKS (sticks)->state;
}

static GPtrArray *
list (TabellaSticks *sticks)
{
  FakeSticks *self = FAKE_STICKS (sticks);
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_stick_info_free);

  for (guint i = 0; self->state == TABELLA_STICKS_READY && i < self->sticks->len; i++) {
    const Stick *stick = self->sticks->pdata[i];
    TabellaStickInfo *info = g_new0 (TabellaStickInfo, 1);

    info->id = g_strdup (stick->id);
    info->label = g_ascii_strup (stick->id, -1);
    info->size = SIZE;
    info->root = stick->mounted ? g_strdup (stick->root) : NULL;
    info->read_only = stick->read_only;
    info->readable = stick->root != NULL;
    g_ptr_array_add (out, info);
  }
  return out;
}

static void
answer (FakeSticks *self, GTask *task)
{
  Stick *stick = find (self, g_task_get_task_data (task));

  if (stick == NULL)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_GONE, "gone");
  else if (self->code >= 0)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, self->code, "the system said no");
  else {
    stick->mounted = TRUE;
    g_task_return_pointer (task, g_strdup (stick->root), g_free);
  }
  g_object_unref (task);
}

static void
mount_it (TabellaSticks *sticks, const char *id, GTask *task)
{
  FakeSticks *self = FAKE_STICKS (sticks);

  g_task_set_task_data (task, g_strdup (id), g_free);
  if (self->holds)
    g_ptr_array_add (self->pending, task);
  else
    answer (self, task);
}

static void
eject (TabellaSticks *sticks, const char *id, GTask *task)
{
  FakeSticks *self = FAKE_STICKS (sticks);
  Stick *stick = find (self, id);

  if (self->eject_fails)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_FAILED, "busy");
  else
    g_task_return_boolean (task, TRUE);
  if (stick != NULL)
    stick->mounted = self->eject_fails;
  if (stick != NULL && self->stops)
    fake_sticks_take_out (self, id);
  g_object_unref (task);
}

static void
iface_init (TabellaSticksInterface *iface)
{
  iface->state = state;
  iface->list = list;
  iface->mount = mount_it;
  iface->eject = eject;
}

static void
finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_STICKS (object)->sticks);
  g_ptr_array_unref (FAKE_STICKS (object)->pending);
  G_OBJECT_CLASS (fake_sticks_parent_class)->finalize (object);
}

static void
fake_sticks_class_init (FakeSticksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
fake_sticks_init (FakeSticks *self)
{
  self->state = TABELLA_STICKS_READY;
  self->code = -1;
  self->sticks = g_ptr_array_new_with_free_func ((GDestroyNotify)stick_free);
  self->pending = g_ptr_array_new ();
}

FakeSticks *
fake_sticks_new (void)
{
  return g_object_new (FAKE_TYPE_STICKS, NULL);
}

void
fake_sticks_reset (FakeSticks *self)
{
  fake_sticks_go_on (self);
  g_ptr_array_set_size (self->sticks, 0);
  self->state = TABELLA_STICKS_READY;
  self->code = -1;
  self->eject_fails = self->stops = FALSE;
  tabella_sticks_changed (TABELLA_STICKS (self));
}

void
fake_sticks_set_state (FakeSticks *self, TabellaSticksState now)
{
  self->state = now;
  tabella_sticks_changed (TABELLA_STICKS (self));
}

void
fake_sticks_put_in (FakeSticks *self, const char *id, const char *root, gboolean read_only)
{
  Stick *stick = find (self, id);

  if (stick == NULL) {
    stick = g_new0 (Stick, 1);
    stick->id = g_strdup (id);
    g_ptr_array_add (self->sticks, stick);
  }
  g_free (stick->root);
  stick->root = g_strdup (root);
  stick->read_only = read_only;
  tabella_sticks_changed (TABELLA_STICKS (self));
}

void
fake_sticks_take_out (FakeSticks *self, const char *id)
{
  g_ptr_array_remove (self->sticks, find (self, id));
  tabella_sticks_changed (TABELLA_STICKS (self));
}

void
fake_sticks_fail_mount (FakeSticks *self, int code)
{
  self->code = code;
}

void
fake_sticks_fail_eject (FakeSticks *self, gboolean fails)
{
  self->eject_fails = fails;
}

void
fake_sticks_stop_at_eject (FakeSticks *self)
{
  self->stops = TRUE;
}

void
fake_sticks_hold (FakeSticks *self)
{
  self->holds = TRUE;
}

void
fake_sticks_go_on (FakeSticks *self)
{
  self->holds = FALSE;
  for (guint i = 0; i < self->pending->len; i++)
    answer (self, self->pending->pdata[i]);
  g_ptr_array_set_size (self->pending, 0);
}

guint
fake_sticks_n_mounted (FakeSticks *self)
{
  guint n = 0;

  for (guint i = 0; i < self->sticks->len; i++)
    n += ((Stick *)self->sticks->pdata[i])->mounted;
  return n;
}
