/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hands.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "hands-wire.h"

struct _TabellaHands {
  GObject parent_instance;
  int socket;
  guint watch, report, last;
  gboolean failed; /* said so, and nothing has been said since */
  int rate, volume;
};

static void tabella_hands_speaker_init (TabellaSpeakerInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaHands, tabella_hands, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_SPEAKER,
                                                      tabella_hands_speaker_init))

/* Speaking */

static gboolean
on_report (gpointer data)
{
  TabellaHands *self = data;

  self->report = 0;
  if (!self->failed) {
    self->failed = TRUE;
    tabella_speaker_failed (TABELLA_SPEAKER (self));
  }
  return G_SOURCE_REMOVE;
}

static void
mute (TabellaHands *self)
{
  if (self->report == 0)
    self->report = g_idle_add (on_report, self);
}

static void
say (TabellaSpeaker *speaker, const char *text, const char *language, gboolean interrupt)
{
  TabellaHands *self = TABELLA_HANDS (speaker);
  const TabellaHandsHead head = {
    .kind = TABELLA_HANDS_SAY, .rate = self->rate, .volume = self->volume, .interrupt = interrupt
  };

  self->failed = FALSE;
  if (!tabella_hands_send (self->socket, &head, (const char *const[]){ text, language, NULL },
                           NULL))
    mute (self);
}

static void
stop (TabellaSpeaker *speaker)
{
  const TabellaHandsHead head = { .kind = TABELLA_HANDS_STOP };

  if (!tabella_hands_send (TABELLA_HANDS (speaker)->socket, &head, NULL, NULL))
    mute (TABELLA_HANDS (speaker));
}

static void
set_rate (TabellaSpeaker *speaker, int rate)
{
  TABELLA_HANDS (speaker)->rate = rate;
}

static void
set_volume (TabellaSpeaker *speaker, int volume)
{
  TABELLA_HANDS (speaker)->volume = volume;
}

static void
tabella_hands_speaker_init (TabellaSpeakerInterface *iface)
{
  iface->say = say;
  iface->stop = stop;
  iface->set_rate = set_rate;
  iface->set_volume = set_volume;
}

/* Running */

/* In memory, to be read from its beginning; -1 if there is none. */
static int
file_of (GBytes *bytes)
{
  gsize size, done = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  int fd = memfd_create ("document", MFD_CLOEXEC);

  while (fd >= 0 && done < size) {
    const ssize_t n = write (fd, data + done, size - done);

    if (n > 0) {
      done += (gsize)n;
    } else if (errno != EINTR) {
      close (fd);
      return -1;
    }
  }
  if (fd >= 0 && lseek (fd, 0, SEEK_SET) != 0)
    g_error ("a file in memory has no beginning");
  return fd;
}

guint
tabella_hands_run (TabellaHands *self, const char *const *arguments, GBytes *input,
                   GInputStream **output)
{
  const TabellaHandsHead head = { .kind = TABELLA_HANDS_RUN, .id = ++self->last };
  int ends[2], document = input != NULL ? file_of (input) : -1;
  gboolean sent;

  *output = NULL;
  if ((input != NULL && document < 0) || !g_unix_open_pipe (ends, FD_CLOEXEC, NULL)) {
    if (document >= 0)
      close (document);
    return 0;
  }
  sent = tabella_hands_send (self->socket, &head, arguments, (const int[]){ ends[1], document });
  close (ends[1]);
  if (document >= 0)
    close (document);
  *output = g_unix_input_stream_new (ends[0], TRUE);
  return sent ? head.id : 0;
}

void
tabella_hands_end (TabellaHands *self, guint id)
{
  const TabellaHandsHead head = { .kind = TABELLA_HANDS_END, .id = id };

  tabella_hands_send (self->socket, &head, NULL, NULL); /* if it has ended, so have its programs */
}

/* The process */

static gboolean
on_message (int fd, GIOCondition condition, gpointer data)
{
  TabellaHands *self = data;
  g_auto (TabellaHandsMessage) m = { .files = { -1, -1 } };
  gboolean ended;

  if (tabella_hands_receive (fd, &m, &ended) && m.head.kind == TABELLA_HANDS_MUTE)
    mute (self);
  if (!ended)
    return G_SOURCE_CONTINUE;
  g_warning ("tabella-hands has ended: start the terminal again to print and to speak");
  mute (self);
  self->watch = 0;
  return G_SOURCE_REMOVE;
}

TabellaHands *
tabella_hands_start (const char *program, const char *print, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (TabellaHands) self = g_object_new (TABELLA_TYPE_HANDS, NULL);
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "no socket can be made: %s",
                 g_strerror (errno));
    return NULL;
  }
  self->socket = ends[0];
  g_subprocess_launcher_take_fd (launcher, ends[1], TABELLA_HANDS_FD);
  process = g_subprocess_launcher_spawn (launcher, error, program, print, NULL);
  if (process == NULL)
    return NULL;
  self->watch = g_unix_fd_add (self->socket, G_IO_IN | G_IO_HUP, on_message, self);
  return g_steal_pointer (&self);
}

static void
finalize (GObject *object)
{
  TabellaHands *self = TABELLA_HANDS (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->report, g_source_remove);
  if (self->socket >= 0)
    close (self->socket); /* at which it ends */
  G_OBJECT_CLASS (tabella_hands_parent_class)->finalize (object);
}

static void
tabella_hands_class_init (TabellaHandsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_hands_init (TabellaHands *self)
{
  self->socket = -1;
}
