/*
 * delay NEAR FAR MICROSECONDS MEGABITS - joins two new TAP devices by a long or narrow cable.
 *
 * Every Ethernet frame written to one device comes out of the other so many
 * microseconds later, in order, and no more than so many megabits per second each
 * way (0: as many as there are). It stands in for netem, which many kernels lack.
 * The devices vanish with the program.
 *
 * Frames are passed on with their virtio header: the kernel then hands over
 * bursts of up to 64 KB as one frame, and leaves checksums to the far end.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define LARGEST_FRAME 70000
#define LONGEST_QUEUE 50000 /* frames on the way; more are lost, as on a real line */
#define NEVER INT64_MAX
/* what waits in front of a narrow cable; more is lost, which tells a sender to slow down */
#define LONGEST_WAIT (SECOND / 20)

struct frame {
  struct frame *next;
  int64_t due;
  size_t length;
  char bytes[];
};

/* One direction of the cable. */
struct lane {
  int from, to;
  int64_t free_at; /* when the cable is done with what came before */
  struct frame *first, **end;
  size_t length;
};

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static int make_tap(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  int header = sizeof(struct virtio_net_hdr_v1);
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) err(1, "/dev/net/tun");
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(fd, TUNSETIFF, &request)) err(1, "%s", name);
  if (ioctl(fd, TUNSETVNETHDRSZ, &header)) err(1, "%s: header size", name);
  if (ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)) warn("%s: offload", name);
  return fd;
}

/* Takes in what was written to the device; at most so much that the other lane is not kept waiting. */
static void take(struct lane *lane, int64_t delay, int64_t megabits) {
  static char buffer[LARGEST_FRAME];
  for (int i = 0; i < 64; i++) {
    ssize_t length = read(lane->from, buffer, sizeof buffer);
    if (length < 0 && errno != EAGAIN && errno != EINTR) err(1, "read");
    if (length <= 0) return;
    if (lane->length >= LONGEST_QUEUE) continue;
    int64_t start = now();
    if (start < lane->free_at) start = lane->free_at;
    if (megabits > 0 && start - now() > LONGEST_WAIT) continue;
    lane->free_at = start + (megabits > 0 ? length * 8 * 1000 / megabits : 0);
    struct frame *frame = malloc(sizeof *frame + (size_t)length);
    if (frame == NULL) err(1, "malloc");
    *frame = (struct frame){.due = lane->free_at + delay, .length = (size_t)length};
    memcpy(frame->bytes, buffer, (size_t)length);
    *lane->end = frame;
    lane->end = &frame->next;
    lane->length++;
  }
}

/* Lets out the frames whose time has come; gives when the next one is due. */
static int64_t deliver(struct lane *lane) {
  while (lane->first != NULL && lane->first->due <= now()) {
    struct frame *frame = lane->first;
    /* a frame the device refuses is lost, as it would be on a line that is down */
    if (write(lane->to, frame->bytes, frame->length) < 0 && errno == EAGAIN) return now() + SECOND / 10000;
    lane->first = frame->next;
    if (lane->first == NULL) lane->end = &lane->first;
    lane->length--;
    free(frame);
  }
  return lane->first == NULL ? NEVER : lane->first->due;
}

static void wait_until(int64_t due, struct pollfd *fds) {
  int64_t left = due - now();
  if (left < 0) left = 0;
  struct timespec timeout = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
  if (ppoll(fds, 2, due == NEVER ? NULL : &timeout, NULL) < 0 && errno != EINTR) err(1, "ppoll");
}

int main(int argc, char **argv) {
  if (argc != 5) errx(2, "usage: delay NEAR FAR MICROSECONDS MEGABITS");
  int near = make_tap(argv[1]), far = make_tap(argv[2]);
  int64_t delay = atoll(argv[3]) * 1000, megabits = atoll(argv[4]);
  struct lane out = {.from = near, .to = far}, back = {.from = far, .to = near};
  struct pollfd fds[2] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};
  out.end = &out.first;
  back.end = &back.first;
  /* the usual 50 microseconds of slack would show in every round trip */
  prctl(PR_SET_TIMERSLACK, 1UL);
  for (;;) {
    take(&out, delay, megabits);
    take(&back, delay, megabits);
    int64_t first = deliver(&out), second = deliver(&back);
    wait_until(first < second ? first : second, fds);
  }
}
