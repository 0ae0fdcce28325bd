/* Growing, relocation and routes as plain loops over draws and months: the yardstick of kernel.py.
 *
 * The same equations as src/globo/model/mechanisms/{growing,relocation,routes}.py with means in place of
 * counts, in the order of those files, single precision. Arrays of `Draws` have the draw as their
 * first axis. kernel.py compiles this file, compares results and times both.
 */
#include <math.h>
#include <stdlib.h>

/* Sizes and pointers in the order of kernel.py's WORLD, DRAWS and PARAMETERS. */
typedef struct { long districts, zones, kinds, nodes, edges, width, hubs, markets; } Sizes;

typedef struct {
  const int *zone, *origin, *destination, *out_edges, *market;
  const float *beside, *near, *far, *volatility, *land, *forest_share, *haul, *leaf_yield,
      *licit_income, *coffee_share, *state_presence, *frontier, *plot, *risk_aversion, *type_share,
      *fee_share, *cost, *weight, *registered, *first_price, *coffee, *cacao;
} World;

typedef struct {
  const float *practice, *buyers, *income, *anchor_memory, *anchor_legitimacy, *plot;
  const float *memory, *legitimacy, *leaf_price, *built, *cleared, *risk, *market_price, *month,
      *shocks, *trait;
  float *households, *growers, *inclined, *young, *prime, *old, *opened, *shock_year, *shock_zone,
      *shock_district, *value, *share;
} Draws;

typedef struct {
  float abandon_rate, attraction_kin, attraction_state, attraction_suitability, buyer_ha,
      buyer_weight, development_income, district_shock, far_weight, income_weight, leave_share, legal_taken, legitimacy_weight,
      mature_months, near_weight, neighbour_share, old_months, practice_weight, prime_months,
      reconsider_share, replant_rate, risk_aversion, risk_weight, road_haul, road_state,
      route_choice, shock_memory, wage_days_cost, year_shock, zone_shock;
} Parameters;

static float clip(float x, float low, float high) { return fminf(fmaxf(x, low), high); }

/* out = m @ x */
static void rows(long n, const float *restrict m, const float *restrict x, float *restrict out) {
  for (long i = 0; i < n; i++) {
    float sum = 0.0f;
    for (long j = 0; j < n; j++) sum += m[i * n + j] * x[j];
    out[i] = sum;
  }
}

/* out = x @ m */
static void columns(long n, const float *restrict m, const float *restrict x, float *restrict out) {
  for (long j = 0; j < n; j++) out[j] = 0.0f;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < n; j++) out[j] += x[i] * m[i * n + j];
}

static void growing(const Sizes *z, const World *w, const Draws *d, const Parameters *p,
                    const float *shocks, long month, float *room) {
  long n = z->districts;
  float *own = room, *near_own = own + n, *near_coca = near_own + n, *near_memory = near_coca + n;
  float *coca = near_memory + n, *pull = coca + n, *wanted = pull + n;
  float *more = wanted + n;
  for (long i = 0; i < n; i++) {
    float g = 0.0f, h = 0.0f;
    for (long k = 0; k < z->kinds; k++) g += d->growers[k * n + i], h += d->households[k * n + i];
    own[i] = g / fmaxf(h, 1.0f);
    coca[i] = d->young[i] + d->prime[i] + d->old[i];
    more[i] = d->memory[i] - d->anchor_memory[i];
  }
  rows(n, w->beside, own, near_own);
  rows(n, w->beside, coca, near_coca);
  rows(n, w->beside, more, near_memory);
  float ns = p->neighbour_share;
  for (long i = 0; i < n; i++) {
    long at = w->zone[i];
    float roads = d->built[at], help = d->built[2 * z->zones + at] + d->built[3 * z->zones + at];
    float haul = w->haul[i] * (1.0f - p->road_haul * tanhf(roads));
    float legal = p->legal_taken * w->registered[i];
    float price = (1.0f - legal) * d->leaf_price[at] + legal * *w->first_price;
    float farmgate = fmaxf(price - haul, 0.02f);
    float labour = 0.33f + 0.67f * w->leaf_yield[i] / 2.4f;
    float net = (w->leaf_yield[i] * 1000.0f * farmgate - p->wage_days_cost * labour) / 300.0f;
    float coca_income = 60.0f + 300.0f * (fmaxf(net, 0.0f) + log1pf(expf(-fabsf(net))));
    float crops = w->coffee_share[i] * *w->coffee + (1.0f - w->coffee_share[i]) * *w->cacao;
    float built = p->development_income * 8.0f * tanhf(help / 8.0f)
                  + p->road_state * 8.0f * tanhf(roads / 8.0f) * (2.0f * w->state_presence[i] - 1.0f);
    float licit_income = w->licit_income[i] * (0.35f + 0.65f * crops) * expf(built);
    float around = coca[i] + ns * near_coca[i];
    float buyers = (around + 0.5f) / (around + p->buyer_ha);
    float mix = (1.0f - ns) * own[i] + ns * near_own[i];
    pull[i] = p->income_weight * (logf(coca_income) - logf(licit_income) - d->income[i])
              + p->buyer_weight * logf(buyers / d->buyers[i])
              + p->practice_weight * logf((mix + 1e-4f) / (d->practice[i] + 1e-4f))
              - p->legitimacy_weight * (d->legitimacy[i] - d->anchor_legitimacy[i]);
    near_memory[i] = (1.0f - ns) * more[i] + ns * near_memory[i];
    wanted[i] = 0.0f;
  }
  for (long k = 0; k < z->kinds; k++)
    for (long i = 0; i < n; i++) {
      long c = k * n + i;
      float inclined = clip(d->inclined[c] / fmaxf(d->households[c], 1e-6f), 1e-6f, 0.95f);
      float taste = logf(inclined / (1.0f - inclined)) + d->trait[c];
      float odds = taste + pull[i] - p->risk_weight * w->risk_aversion[c] * near_memory[i];
      float chance = 1.0f / (1.0f + expf(-odds));
      float leave = p->reconsider_share * (1.0f - chance), join = p->reconsider_share * chance;
      float others = fmaxf(d->households[c] - d->growers[c], 0.0f);
      d->growers[c] = d->growers[c] * (1.0f - leave) + others * join;
      wanted[i] += d->growers[c] * w->plot[c];
    }
  float fade = p->shock_memory * p->shock_memory;
  float gathered = (1.0f - powf(fade, *d->month + (float)month)) / (1.0f - fade);
  for (long i = 0; i < n; i++) {
    long at = w->zone[i];
    float of_zone = w->volatility[at] * p->zone_shock;
    float variance = p->year_shock * p->year_shock + of_zone * of_zone
                     + p->district_shock * p->district_shock;
    float shocked = *d->shock_year + w->volatility[at] * d->shock_zone[at] + d->shock_district[i];
    float area = wanted[i] * d->plot[i] * expf(shocked - 0.5f * variance * gathered);
    float ratio = area / fmaxf(w->land[i], 1e-3f), squared = ratio * ratio;
    area /= sqrtf(sqrtf(1.0f + squared * squared));
    float young = d->young[i], prime = d->prime[i], old = d->old[i];
    float ripe = young / p->mature_months, gone = old / p->old_months;
    float past = prime / (p->prime_months - p->mature_months);
    float left = coca[i] - gone, gap = area - left;
    float kept = 1.0f - p->abandon_rate * fmaxf(-gap, 0.0f) / fmaxf(left, 1e-3f);
    d->young[i] = (young - ripe) * kept + p->replant_rate * fmaxf(gap, 0.0f);
    d->prime[i] = (prime + ripe - past) * kept;
    d->old[i] = (old + past - gone) * kept;
    d->opened[i] = fmaxf(d->opened[i], d->young[i] + d->prime[i] + d->old[i]);
  }
  float keep = p->shock_memory;
  *d->shock_year = clip(keep * *d->shock_year + p->year_shock * shocks[0], -2.0f, 2.0f);
  shocks += 1;
  for (long i = 0; i < z->zones; i++)
    d->shock_zone[i] = clip(keep * d->shock_zone[i] + p->zone_shock * shocks[i], -2.0f, 2.0f);
  shocks += z->zones;
  for (long i = 0; i < n; i++)
    d->shock_district[i] =
        clip(keep * d->shock_district[i] + p->district_shock * shocks[i], -2.5f, 2.5f);
}

static void relocation(const Sizes *z, const World *w, const Draws *d, const Parameters *p,
                       float *room) {
  long n = z->districts;
  float *chance = room, *movers = chance + n, *pull = movers + n, *near = pull + n, *far = near + n;
  float *by_near = far + n, *by_far = by_near + n, all = 0.0f, pulls = 0.0f, taken = 0.0f;
  float far_share = (1.0f - p->near_weight) * p->far_weight;
  for (long i = 0; i < n; i++) {
    float coca = d->young[i] + d->prime[i] + d->old[i], kin = 0.0f;
    float lost = d->cleared[i] / fmaxf(coca + d->cleared[i], 1e-6f);
    chance[i] = clip(p->leave_share * lost * (1.0f - expf(-d->memory[i])), 0, 1);
    for (long k = 0; k < z->kinds; k++) {
      long c = k * n + i;
      kin += d->growers[c];
      taken += chance[i] * fminf(d->growers[c], d->inclined[c]);
    }
    movers[i] = kin * chance[i];
    pull[i] = powf(w->frontier[i] + 0.1f * coca + 1e-3f, p->attraction_suitability)
              * expf(-p->attraction_state * w->state_presence[i] - p->risk_weight * d->memory[i])
              * powf(kin + 1.0f, p->attraction_kin);
    all += movers[i];
    pulls += pull[i];
  }
  rows(n, w->near, pull, near);
  rows(n, w->far, pull, far);
  for (long i = 0; i < n; i++) {
    near[i] = movers[i] * p->near_weight / fmaxf(near[i], 1e-9f);
    far[i] = movers[i] * far_share / fmaxf(far[i], 1e-9f);
  }
  columns(n, w->near, near, by_near);
  columns(n, w->far, far, by_far);
  float anywhere = (1.0f - p->near_weight - far_share) * all / fmaxf(pulls, 1e-9f);
  for (long k = 0; k < z->kinds; k++)
    for (long i = 0; i < n; i++) {
      long c = k * n + i;
      float arrivals = pull[i] * (by_near[i] + by_far[i] + anywhere) * w->type_share[c];
      float net = arrivals - d->growers[c] * chance[i];
      d->inclined[c] += arrivals * taken / fmaxf(all, 1e-6f)
                        - chance[i] * fminf(d->growers[c], d->inclined[c]);
      d->households[c] += net;
      d->growers[c] += net;
    }
}

static void routes(const Sizes *z, const World *w, const Draws *d, const Parameters *p,
                   float *room) {
  float *pull = room, *returned = pull + z->edges, *total = returned + z->edges;
  float *ways = total + z->nodes;
  for (long m = 0; m < z->markets; m++) d->value[w->market[m]] = d->market_price[m];
  for (int sweep = 0; sweep < 2; sweep++) {
    for (long e = 0; e < z->edges; e++) {
      float kept = 1.0f - clip(p->risk_aversion * d->risk[e], 0.0f, 0.95f);
      float net = d->value[w->destination[e]] * (1.0f - w->fee_share[e]) * kept - w->cost[e];
      returned[e] = 1.0f + fmaxf(net, 0.0f);
      pull[e] = expf(w->weight[e] + p->route_choice * logf(returned[e]));
    }
    for (long i = 0; i < z->nodes; i++) {
      total[i] = ways[i] = 0.0f;
      for (long j = 0; j < z->width && w->out_edges[i * z->width + j] < z->edges; j++) {
        long e = w->out_edges[i * z->width + j];
        total[i] += pull[e];
        ways[i] += expf(w->weight[e]);
      }
      if (ways[i] > 0.0f)
        d->value[i] = powf(fmaxf(total[i], 1e-12f) / fmaxf(ways[i], 1e-12f), 1.0f / p->route_choice);
    }
    for (long e = 0; e < z->edges; e++) d->share[e] = pull[e] / fmaxf(total[w->origin[e]], 1e-12f);
  }
}

#define AT(field, size) one.field = all->field + draw * (size)

/* Run all draws for some months; draws' arrays are changed in place. */
void run(const Sizes *z, const World *w, const Draws *all, const Parameters *p, long draws,
         long months) {
  long n = z->districts, c = z->kinds * n, normals = 1 + z->zones + n;
  float *room = malloc(sizeof(float) * (8 * n + 2 * (z->edges + z->nodes)));
  for (long draw = 0; draw < draws; draw++) {
    Draws one;
    AT(practice, n); AT(buyers, n); AT(income, n); AT(anchor_memory, n);
    AT(anchor_legitimacy, n); AT(plot, n); AT(memory, n); AT(legitimacy, n);
    AT(leaf_price, z->zones); AT(built, 4 * z->zones); AT(cleared, n); AT(risk, z->edges);
    AT(market_price, z->markets); AT(month, 1); AT(shocks, months * normals);
    AT(trait, c); AT(households, c); AT(growers, c); AT(inclined, c);
    AT(young, n); AT(prime, n); AT(old, n); AT(opened, n); AT(shock_year, 1);
    AT(shock_zone, z->zones); AT(shock_district, n); AT(value, z->nodes); AT(share, z->edges);
    for (long month = 0; month < months; month++) {
      growing(z, w, &one, p + draw, one.shocks + month * normals, month, room);
      relocation(z, w, &one, p + draw, room);
      routes(z, w, &one, p + draw, room);
    }
  }
  free(room);
}
