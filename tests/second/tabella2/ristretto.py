# SPDX-License-Identifier: GPL-3.0-or-later
"""ristretto255 (RFC 9496) over plain integers, and the Edwards curve beneath it.

A point is a tuple (X, Y, Z, T) in extended coordinates. Readers take bytes from outside and
raise EncodingError; everything else assumes good arguments.
"""

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
D2 = 2 * D % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

IDENTITY = (0, 1, 1, 0)
IDENTITY_BYTES = bytes(32)


class EncodingError(ValueError):
    """A value from outside is not the one encoding of anything allowed."""


def _sqrt_ratio(u, v):
    """(was_square, non-negative root of u/v or of i*u/v)."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    u %= P
    square = check == u
    flipped = check == P - u if u else False
    if flipped or check == (P - u) * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    if r & 1:
        r = P - r
    return square or flipped, r


INVSQRT_A_MINUS_D = _sqrt_ratio(1, -1 - D)[1]


# --- group operations -------------------------------------------------------------------------

def add(p, q):
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = t1 * t2 % P * D2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def negate(p):
    return -p[0] % P, p[1], p[2], -p[3] % P


def subtract(p, q):
    return add(p, negate(q))


def double(p):
    x, y, z, _ = p
    a, b = x * x % P, y * y % P
    h = a + b
    e = h - (x + y) ** 2 % P
    g = a - b
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def is_identity(p):
    """True for the four points that ristretto255 identifies with zero."""
    return p[0] == 0 or p[1] == 0


def equal(p, q):
    return (p[0] * q[1] - p[1] * q[0]) % P == 0 or (p[1] * q[1] - p[0] * q[0]) % P == 0


def _cached(p):
    x, y, z, t = p
    return (y + x) % P, (y - x) % P, 2 * z % P, t * D2 % P


def odd_multiples(p):
    """P, 3P, ... 15P ready for addition; shared by several multiplications of one base."""
    twice = _cached(double(p))
    out = [_cached(p)]
    current = p
    for _ in range(7):
        current = _add_cached(current, twice)
        out.append(_cached(current))
    return out


def _add_cached(p, c):
    x, y, z, t = p
    a, b = (y - x) * c[1] % P, (y + x) * c[0] % P
    k, d = t * c[3] % P, z * c[2] % P
    e, f, g, h = b - a, d - k, d + k, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def digits(k):
    """Width-5 signed digits of k, least significant first: zero or odd within -15..15."""
    out = []
    while k:
        if k & 1:
            d = k & 31
            if d > 15:
                d -= 32
            k -= d
            out.append(d)
        else:
            out.append(0)
        k >>= 1
    return out


def combine(terms):
    """Sum of k*P over [(digits of k, odd multiples of P)]: Straus, the doublings shared."""
    length = max((len(d) for d, _ in terms), default=0)
    columns = [[] for _ in range(length)]
    for naf, table in terms:
        for place, d in enumerate(naf):
            if d:
                columns[place].append((d, table))
    x, y, z, t = IDENTITY
    for column in reversed(columns):
        a, b = x * x % P, y * y % P
        h = a + b
        e = h - (x + y) ** 2 % P
        g = a - b
        f = 2 * z * z % P + g
        x, y, z = e * f % P, g * h % P, f * g % P
        if column:
            t = e * h % P
            for d, table in column:
                if d > 0:
                    plus, minus, z2, t2d = table[d >> 1]
                else:
                    minus, plus, z2, t2d = table[-d >> 1]
                    t2d = -t2d
                a, b = (y - x) * minus % P, (y + x) * plus % P
                k, m = t * t2d % P, z * z2 % P
                e, f, g, h = b - a, m - k, m + k, b + a
                x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
    if length:
        # The last doubling may have left T behind; XY/Z restores it without an inversion.
        x, y, z, t = x * z % P, y * z % P, z * z % P, x * y % P
    return x, y, z, t


def multiply(k, p):
    return combine([(digits(k % Q), odd_multiples(p))])


def weighted_sum(pairs):
    """Sum of k*P over (k, P)."""
    return combine([(digits(k % Q), odd_multiples(p)) for k, p in pairs])


class Fixed:
    """A base with a table of d * 256^i, so that a multiplication is 32 additions."""

    def __init__(self, base):
        self.point = base
        points = []
        row = base
        for _ in range(32):
            current = row
            for _ in range(255):
                points.append(current)
                current = add(current, row)
            row = current
        self.rows = _affine(points)

    def multiply_onto(self, p, k):
        """p + k*base."""
        x, y, z, t = p
        rows = self.rows
        for i, byte in enumerate((k % Q).to_bytes(32, 'little')):
            if byte:
                plus, minus, t2d = rows[255 * i + byte - 1]
                a, b = (y - x) * minus % P, (y + x) * plus % P
                k2, d = t * t2d % P, 2 * z
                e, f, g, h = b - a, d - k2, d + k2, b + a
                x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
        return x, y, z, t

    def __deepcopy__(self, memo):
        return self

    def multiply(self, k):
        return self.multiply_onto(IDENTITY, k)


def _affine(points):
    """Rows (y+x, y-x, 2dxy) of the points, with one inversion for all."""
    products, running = [], 1
    for p in points:
        products.append(running)
        running = running * p[2] % P
    inverse = pow(running, -1, P)
    out = [None] * len(points)
    for i in range(len(points) - 1, -1, -1):
        x, y, z, _ = points[i]
        zi = inverse * products[i] % P
        inverse = inverse * z % P
        x, y = x * zi % P, y * zi % P
        out[i] = ((y + x) % P, (y - x) % P, x * y % P * D2 % P)
    return out


# --- encodings --------------------------------------------------------------------------------

def encode(p):
    """The 32 bytes of a point; the identity is 32 zero bytes."""
    x, y, z, t = p
    u1 = (z + y) * (z - y) % P
    u2 = x * y % P
    _, inverse = _sqrt_ratio(1, u1 * u2 * u2 % P)
    den1, den2 = inverse * u1 % P, inverse * u2 % P
    z_inverse = den1 * den2 % P * t % P
    if t * z_inverse % P & 1:
        x, y = y * SQRT_M1 % P, x * SQRT_M1 % P
        den = den1 * INVSQRT_A_MINUS_D % P
    else:
        den = den2
    if x * z_inverse % P & 1:
        y = -y
    s = den * (z - y) % P
    if s & 1:
        s = P - s
    return s.to_bytes(32, 'little')


def decode(data):
    """The point of 32 bytes as RFC 9496 reads them (the identity included)."""
    if len(data) != 32:
        raise EncodingError('a point has 32 bytes, not %d' % len(data))
    s = int.from_bytes(data, 'little')
    if s >= P:
        raise EncodingError('point is not reduced: ' + data.hex())
    if s & 1:
        raise EncodingError('point has a negative encoding: ' + data.hex())
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    u2_sqr = u2 * u2 % P
    v = (-D * u1 * u1 - u2_sqr) % P
    square, inverse = _sqrt_ratio(1, v * u2_sqr % P)
    den_x = inverse * u2 % P
    den_y = inverse * den_x % P * v % P
    x = 2 * s * den_x % P
    if x & 1:
        x = P - x
    y = u1 * den_y % P
    t = x * y % P
    if not square or t & 1 or y == 0:
        raise EncodingError('not a point of the group: ' + data.hex())
    return x, y, 1, t


def point_read(data):
    """A point from outside: one encoding, not the identity."""
    if bytes(data) == IDENTITY_BYTES:
        raise EncodingError('point is the identity')
    return decode(bytes(data))


def scalar_read(data):
    """A scalar from outside, below the group's order. Zero is left to the caller."""
    if len(data) != 32:
        raise EncodingError('a scalar has 32 bytes, not %d' % len(data))
    k = int.from_bytes(data, 'little')
    if k >= Q:
        raise EncodingError('scalar is not reduced: ' + bytes(data).hex())
    return k


def scalar_write(k):
    return (k % Q).to_bytes(32, 'little')


def _base_point():
    y = 4 * pow(5, -1, P) % P
    _, x = _sqrt_ratio(y * y - 1, D * y * y + 1)
    return x, y, 1, x * y % P


BASE = Fixed(_base_point())
G = BASE.point
