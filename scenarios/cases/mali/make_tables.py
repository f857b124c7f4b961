#!/usr/bin/env python3
"""Derive the data tables of the case "northern and central Mali".

Usage: python3 make_tables.py RAW_DATA_FOLDER
Reads the cleaned public datasets named in SOURCES.md, writes every CSV and the GeoJSON of this folder,
prints the checks. Judgements stand here as literals; their rows carry a source "assumption: ...".
Standard library only; output is deterministic.
"""
import csv
import json
import math
import os
import sys
from collections import Counter, defaultdict

RAW = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
OUT = os.path.dirname(os.path.abspath(__file__))
STARTS = ["2017-2021", "2024-09-02", "2026-07-06"]


def raw(name):
    with open(os.path.join(RAW, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


ROWS = {}


def write(name, header, rows):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        for r in rows:
            assert len(r) == len(header), (name, r)
            w.writerow(r)
    ROWS[name] = len(rows)


def num(x, digits=4):
    """Shortest plain text of a rounded number."""
    t = f"{x:.{digits}f}"
    t = t.rstrip("0").rstrip(".") if "." in t else t
    return "0" if t == "-0" else t


def rounded_shares(shares, digits=4):
    """Round shares so that they still sum to exactly 1 (largest remainder)."""
    unit = 10 ** digits
    total = sum(shares.values())
    exact = {k: v / total * unit for k, v in shares.items()}
    low = {k: math.floor(v) for k, v in exact.items()}
    missing = unit - sum(low.values())
    for k in sorted(exact, key=lambda k: (low[k] - exact[k], k))[:missing]:
        low[k] += 1
    return {k: v / unit for k, v in low.items()}


def km(a, b):
    la, lo, lb, lp = map(math.radians, (a[0], a[1], b[0], b[1]))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


# ---------------------------------------------------------------- places
def slug(name):
    return name.lower().replace("é", "e").replace(" ", "-")


zones = raw("zones.csv")
core = {z["zone_id"]: z for z in zones if z["core"] == "1"}
slug_of = {i: slug(z["zone"]) for i, z in core.items()}
Z = sorted(slug_of.values())
zone = {slug_of[i]: z for i, z in core.items()}
people = {p: int(zone[p]["pop_2022_census_scaled"]) for p in Z}
seat = {p: (float(zone[p]["seat_lat"]), float(zone[p]["seat_lon"])) for p in Z}
old_region = {p: zone[p]["region_2009"] for p in Z}
new_region = {p: zone[p]["region_2022"] for p in Z}
NORTH = {"Kidal", "Menaka", "Gao", "Tombouctou", "Taoudenit"}
north = {p: new_region[p] in NORTH for p in Z}
OLD = ["Kidal", "Gao", "Tombouctou", "Mopti", "Segou"]
area = {p: float(zone[p]["area_km2"]) for p in Z}

REFUGES = {  # slug: (strip, name, country, seat, lat, lon)
    "hodh-chargui": ("MRT_HEC", "Hodh Chargui", "Mauritania", "M'bera", 15.84, -5.79),
    "algeria": ("DZA_S", "Southern Algeria", "Algeria", "Bordj Badji Mokhtar", 21.33, 0.95),
    "niger": ("NER_W", "Western Niger", "Niger", "Tillaberi", 14.2071, 1.4542),
    "burkina-faso": ("BFA_N", "Northern Burkina Faso", "Burkina Faso", "Djibo", 14.0994, -1.6255),
    "south": ("", "Southern and western Mali", "Mali", "Bamako", 12.6494, -8.0005),
}
# Reception towns of each refuge (camps and towns of the 2012 crisis; GeoNames; two Algerian border towns approximate).
RECEPTION = {
    "hodh-chargui": {"M'bera": (15.84, -5.79), "Nema": (16.6162, -7.2535)},
    "algeria": {"Bordj Badji Mokhtar": (21.33, 0.95), "Tin Zaouatine": (19.95, 2.97), "Tamanrasset": (22.785, 5.5228)},
    "niger": {"Tabareybarey": (14.7786, 0.9508), "Mangaize": (14.6836, 1.9535), "Abala": (14.93, 3.43), "Abalak": (15.4509, 6.2793)},
    "burkina-faso": {"Mentao": (13.9538, -1.6743), "Djibo": (14.0994, -1.6255), "Gorom-Gorom": (14.4429, -0.2347), "Dori": (14.0354, -0.0345)},
}
strip_slug = {v[0]: k for k, v in REFUGES.items() if v[0]}

# Ingredients of place value. Weights: people .40, capital .25, road .15, mine .08, pasture .12 (assumption).
CAPITAL = {"kidal": 1, "gao": 1, "tombouctou": 1, "mopti": 1, "segou": 1,
           "menaka": .5, "taoudenit": .5, "san": .5, "bandiagara": .5, "douentza": .5}
ROAD = {"segou": 1, "bla": 1, "san": 1, "mopti": 1, "douentza": 1, "gao": 1, "ansongo": .75, "gourma-rharous": .75,
        "niono": .75, "tominian": .75, "baroueli": .5, "bandiagara": .5, "bankass": .5, "koro": .5, "djenne": .5,
        "tombouctou": .5, "bourem": .5, "macina": .5, "kidal": .5, "tessalit": .5, "niafunke": .25, "goundam": .25,
        "dire": .25, "menaka": .25, "tenenkou": .25, "youwarou": .1, "abeibara": .25, "tin-essako": .1, "taoudenit": .1}
MINE = {"kidal": 1, "tessalit": .75, "abeibara": .75, "tin-essako": .25, "taoudenit": .5, "bourem": .25,
        "ansongo": .25, "gourma-rharous": .25, "goundam": .1}
PASTURE = {"menaka": 1, "ansongo": .75, "gourma-rharous": 1, "douentza": .75, "youwarou": 1, "tenenkou": 1, "mopti": .75,
           "niafunke": .75, "goundam": .75, "gao": .5, "bourem": .5, "tombouctou": .5, "kidal": .5, "tessalit": .25,
           "abeibara": .25, "tin-essako": .5, "taoudenit": .1, "dire": .25, "niono": .5, "macina": .5, "djenne": .5,
           "koro": .25, "bankass": .25, "bandiagara": .1, "segou": .25, "bla": .1, "san": .1, "tominian": .1, "baroueli": .1}


def norm(d, keys=Z):
    s = sum(d.get(k, 0) for k in keys)
    return {k: d.get(k, 0) / s for k in keys}


parts = {n: norm(d) for n, d in (("p", people), ("c", CAPITAL), ("r", ROAD), ("m", MINE), ("g", PASTURE))}
value = rounded_shares({p: .40 * parts["p"][p] + .25 * parts["c"][p] + .15 * parts["r"][p] + .08 * parts["m"][p]
                        + .12 * parts["g"][p] for p in Z})
PAVED = ["segou", "bla", "san", "tominian", "mopti", "douentza", "gao", "ansongo", "bandiagara", "niono", "bankass", "baroueli"]
OLD_CAPITALS = ["kidal", "gao", "tombouctou", "mopti", "segou"]
d_paved = {p: min(km(seat[p], seat[q]) for q in PAVED) for p in Z}
d_cap = {p: min(km(seat[p], seat[q]) for q in OLD_CAPITALS) for p in Z}
sparse = {p: math.log(area[p] / people[p]) for p in Z}
lo, hi = min(sparse.values()), max(sparse.values())
remote = {p: .5 * min(1, d_paved[p] / 400) + .2 * min(1, d_cap[p] / 300) + .3 * (sparse[p] - lo) / (hi - lo) for p in Z}

rows = []
for p in Z:
    z = zone[p]
    rows.append([p, z["seat"] if z["seat"] in ("Diré", "Djenné") else z["zone"], z["zone_id"], "zone", new_region[p],
                 "north" if north[p] else "centre", old_region[p], z["seat"], z["seat_lat"], z["seat_lon"], num(area[p], 0),
                 num(remote[p], 3), num(value[p]), people[p],
                 "OCHA COD-AB 2015 (bounds); UCDP GED and GeoNames (seat); INSTAT RGPH5 2022 region totals shared out by zone (people); "
                 f"assumption: remoteness = .5 x {num(d_paved[p], 0)} km to paved road/400 + .2 x {num(d_cap[p], 0)} km to old capital/300 + .3 x log area per head; "
                 f"value = .40 people + .25 capital {num(CAPITAL.get(p, 0), 2)} + .15 road {num(ROAD.get(p, 0), 2)} "
                 f"+ .08 mine {num(MINE.get(p, 0), 2)} + .12 pasture {num(PASTURE.get(p, 0), 2)} (each over its sum)"])
strips = {z["zone_id"]: z for z in raw("border_zones.csv")}
for r, (s, name, country, town, lat, lon) in REFUGES.items():
    a = float(strips[s]["area_km2"]) if s else sum(float(z["area_km2"]) for z in zones if z["core"] == "0")
    rows.append([r, name, s or "SOUTH", "refuge", country, "", "", town, lat, lon, num(a, 0), "0", "0", "",
                 ("Natural Earth (150 km strip)" if s else "OCHA COD-AB 2015 (all zones with core = 0)")
                 + "; assumption: the point is a main reception town, no value or remoteness outside the war"])
write("places.csv", ["place", "name", "pcode", "kind", "region", "scope", "old_region", "seat", "lat", "lon", "area_km2",
                     "remoteness", "value", "people", "source"], rows)

# ---------------------------------------------------------------- regions
census = {r["region_2022"]: int(r["pop_2022_ordinary_households"]) for r in raw("population_region_2022.csv")}
rows = []
for g in sorted(set(new_region.values())):
    mine = [p for p in Z if new_region[p] == g]
    mine_sum = sum(people[p] for p in mine)
    assert abs(mine_sum - census[g]) <= 5, (g, mine_sum, census[g])
    rows.append([g, mine_sum, sum(int(zone[p]["pop_2020_dnp"]) for p in mine),
                 "INSTAT RGPH5 2022 (census, ordinary households); DNP projection from the 2009 census as published with "
                 "Cadre Harmonise (CILSS/OCHA), regional total quoted only"])
write("regions.csv", ["region", "census", "projection", "source"], rows)  # of 2022 and of 2020

# ---------------------------------------------------------------- links
links = {}
south = {}
for r in raw("adjacency.csv"):
    a, b = r["zone_a"], r["zone_b"]
    ca, cb = a in core, b in core
    if ca and cb:
        x, y = sorted((slug_of[a], slug_of[b]))
        d = float(r["seat_km"]) if r["seat_km"] else km(seat[x], seat[y])
        links[x, y] = (d, "OCHA COD-AB 2015 adjacency; great circle between main towns")
    elif ca or cb:
        i, o = (a, b) if ca else (b, a)
        x = slug_of[i]
        if o in strip_slug:
            y = strip_slug[o]
            town, d = min(((t, km(seat[x], c)) for t, c in RECEPTION[y].items()), key=lambda t: t[1])
            links[x, y] = (d, f"assumption: great circle to the nearest reception town ({town}); shared border with the Natural Earth strip")
        else:
            d = float(r["seat_km"] or r["centroid_km"])
            if x not in south or d < south[x][0]:
                south[x] = (d, r["name_b"] if ca else r["name_a"])
for x, (d, n) in south.items():
    links[x, "south"] = (d, f"OCHA COD-AB 2015 adjacency; least distance to a non-core neighbour ({n})")
links["niafunke", "hodh-chargui"] = (98.0, "road Lere-Fassala, main route of 2012 (Flee validation instance, djgroen/flee, BSD 3-clause)")
write("links.csv", ["a", "b", "km", "source"], [[a, b, num(d, 1), s] for (a, b), (d, s) in sorted(links.items())])

# ---------------------------------------------------------------- shapes


def round_coords(c):
    return round(c, 3) if isinstance(c, (int, float)) else [round_coords(x) for x in c]


with open(os.path.join(RAW, "zones_adm2.geojson"), encoding="utf-8") as f:
    gj = json.load(f)
feats = sorted(({"type": "Feature", "properties": {"place": slug_of[x["properties"]["zone_id"]]},
                 "geometry": {"type": x["geometry"]["type"], "coordinates": round_coords(x["geometry"]["coordinates"])}}
                for x in gj["features"] if x["properties"]["zone_id"] in core), key=lambda x: x["properties"]["place"])
with open(os.path.join(OUT, "shapes.geojson"), "w", encoding="utf-8") as f:
    json.dump({"type": "FeatureCollection",
               "source": "Administrative boundaries: OCHA / DNCT COD-AB Mali, version 2015-04-08, CC BY 3.0 IGO; simplified "
                         "(tolerance 2.5 km). The boundary between Tombouctou and Taoudenit (17.75 N) is our own approximation. "
                         "Boundaries imply no endorsement.",
               "features": feats}, f, ensure_ascii=False, separators=(",", ":"))
    f.write("\n")
ROWS["shapes.geojson"] = len(feats)
assert [x["properties"]["place"] for x in feats] == Z

# ---------------------------------------------------------------- households by community
C = ["idaksahak", "imghad", "ifoghas", "iwellemmeden", "kel-ansar", "arab", "songhai", "fulbe", "dogon", "centre-other", "other"]
GROUP = {"Fulani": "fulbe", "Arab": "arab", "Moor": "arab", "Songhai": "songhai", "Dogon": "dogon", "Tuareg": "tuareg"}
CENTRE = {"Bambara", "Bozo", "Soninke", "Malinke", "Bobo", "Minianka", "Somono", "Senufo", "Dafing"}
UNNAMED_IDAKSAHAK = 21235 / 32463  # Gao: speakers of the unnamed Malian language over members of the unnamed group
IDAKSAHAK_PEOPLE = 125_000
# Split of the census' Tuareg line by old region (shares). Gao: idaksahak fixed by the total, the rest by these shares.
TUAREG = {"Kidal": {"ifoghas": .62, "imghad": .24, "idaksahak": .05, "iwellemmeden": .04, "kel-ansar": .05},
          "Gao": {"imghad": .42, "iwellemmeden": .37, "kel-ansar": .15, "ifoghas": .06},
          "Tombouctou": {"kel-ansar": .77, "imghad": .23},
          "Mopti": {"kel-ansar": .85, "imghad": .15}, "Segou": {"kel-ansar": 1}}
region_people = {g: sum(people[p] for p in Z if old_region[p] == g) for g in OLD}
target = {g: defaultdict(float) for g in OLD}
base_sum = Counter()
eth = [r for r in raw("ethnicity_region_2022.csv") if r["variable"] == "ethnicity"]
for r in eth:
    base_sum[r["region_2009"]] += int(r["count"])
for r in eth:
    g, n = r["region_2009"], int(r["count"]) / base_sum[r["region_2009"]] * region_people[r["region_2009"]]
    if g == "Gao" and r["group"].startswith("Other Malian group"):
        target[g]["idaksahak"] += n * UNNAMED_IDAKSAHAK
        target[g]["other"] += n * (1 - UNNAMED_IDAKSAHAK)
    else:
        target[g][GROUP.get(r["group"], "centre-other" if r["group"] in CENTRE else "other")] += n
kidal_idaksahak = 0.0
for g in OLD:
    t = target[g].pop("tuareg")
    if g == "Gao":
        more = IDAKSAHAK_PEOPLE - kidal_idaksahak - target[g]["idaksahak"]
        target[g]["idaksahak"] += more
        t -= more
    for c, s in TUAREG[g].items():
        target[g][c] += t * s
    kidal_idaksahak += target[g]["idaksahak"] if g == "Kidal" else 0
# Seeds: guessed percentages of the people of each zone, before fitting (assumption; from the known homelands).
SEED = {
    "menaka": "idaksahak 38 iwellemmeden 35 imghad 7 ifoghas 1 kel-ansar 3 arab 4 songhai 4 fulbe 3 centre-other 2 other 2",
    "ansongo": "idaksahak 19 iwellemmeden 8 imghad 6 kel-ansar 3 arab 2 songhai 52 fulbe 3 centre-other 3 other 2 dogon .3",
    "gao": "idaksahak 4 iwellemmeden 4 imghad 14 kel-ansar 5 ifoghas 2 arab 6 songhai 55 fulbe 1.6 centre-other 7 other 3 dogon .6",
    "bourem": "imghad 22 kel-ansar 9 ifoghas 4 idaksahak .5 iwellemmeden 1 arab 8 songhai 52 fulbe .3 centre-other 2 other 1",
    "kidal": "ifoghas 52 imghad 27 idaksahak 5 iwellemmeden 4 kel-ansar 5 arab 5 songhai 2 centre-other 8 dogon .4 other 1 fulbe .02",
    "tin-essako": "ifoghas 72 idaksahak 8 imghad 8 iwellemmeden 6 kel-ansar 2 arab 1 centre-other 1 other .3",
    "abeibara": "ifoghas 76 imghad 12 idaksahak 3 kel-ansar 3 iwellemmeden 1 arab 3 centre-other 2 songhai .3 other .3",
    "tessalit": "ifoghas 55 imghad 18 idaksahak 1 kel-ansar 6 iwellemmeden .5 arab 12 centre-other 4 songhai 1 other .7",
    "tombouctou": "kel-ansar 30 imghad 7 arab 18 songhai 38 fulbe 2 centre-other 5 dogon .4 other 1.5",
    "dire": "kel-ansar 8 imghad 1 arab 1 songhai 80 fulbe 4 centre-other 5 dogon .2 other 1",
    "goundam": "kel-ansar 48 imghad 5 arab 15 songhai 26 fulbe 2 centre-other 3 dogon .1 other 1",
    "gourma-rharous": "kel-ansar 28 imghad 28 arab 4 songhai 33 fulbe 3 centre-other 2 dogon .2 other 1",
    "niafunke": "kel-ansar 14 imghad 3 arab 6 songhai 52 fulbe 10 centre-other 13 dogon .3 other 1",
    "taoudenit": "arab 62 kel-ansar 34 imghad 1 songhai 1 centre-other 1 other 1",
    "mopti": "dogon 13 fulbe 19 centre-other 54 songhai 9 kel-ansar 2 arab .3 other 5",
    "bandiagara": "dogon 89 fulbe 5 centre-other 5 songhai .5 kel-ansar .1 other 2",
    "bankass": "dogon 70 fulbe 18 centre-other 11 songhai .3 kel-ansar .1 other 4",
    "koro": "dogon 78 fulbe 19 centre-other 4 songhai .3 kel-ansar .3 other 5",
    "douentza": "dogon 26 fulbe 46 songhai 19 kel-ansar 9 imghad 4 centre-other 4 arab .4 other 2",
    "youwarou": "fulbe 38 centre-other 33 songhai 20 kel-ansar 9 imghad 1 arab 1 dogon .5 other 1",
    "djenne": "fulbe 22 centre-other 62 dogon 8 songhai 6 kel-ansar .3 other 2",
    "tenenkou": "fulbe 48 centre-other 44 songhai 4 kel-ansar 2 arab .3 dogon 1 other 1",
    "baroueli": "centre-other 89 fulbe 7 dogon .7 songhai .5 other 2 kel-ansar .1 arab .1",
    "segou": "centre-other 82 fulbe 10 dogon 2 songhai 2 kel-ansar .8 arab .5 other 3",
    "bla": "centre-other 90 fulbe 6 dogon 1 songhai .5 other 2 kel-ansar .1 arab .1",
    "san": "centre-other 82 fulbe 9 dogon 3 songhai 1.5 other 4 kel-ansar .2 arab .1",
    "niono": "centre-other 62 fulbe 18 dogon 6 songhai 4 kel-ansar 3 arab 2 other 6",
    "tominian": "centre-other 88 fulbe 5 dogon 5 songhai .3 other 2 kel-ansar .05 arab .05",
    "macina": "centre-other 74 fulbe 18 dogon 2 songhai 2 kel-ansar .6 arab .4 other 3",
}
share = {}
fit_error = 0.0
for g in OLD:
    zs = [p for p in Z if old_region[p] == g]
    m = {}
    for p in zs:
        words = SEED[p].split()
        seeds = dict(zip(words[::2], map(float, words[1::2])))
        m[p] = {c: seeds.get(c, 0) * people[p] / 100 for c in C if target[g].get(c, 0) > 0}
    for _ in range(2000):
        for c in list(target[g]):
            if target[g][c] <= 0:
                continue
            s = sum(m[p][c] for p in zs)
            assert s > 0, (g, c)
            for p in zs:
                m[p][c] *= target[g][c] / s
        for p in zs:
            s = sum(m[p].values())
            for c in m[p]:
                m[p][c] *= people[p] / s
    fit_error = max(fit_error, max(abs(sum(m[p][c] for p in zs) - target[g][c]) for c in target[g]))
    for p in zs:
        kept = {c: v for c, v in m[p].items() if v / people[p] >= .002}
        share[p] = rounded_shares(kept)
print(f"ethnicity: largest misfit of a regional community total after fitting {fit_error:.1f} people")
rows = []
for p in Z:
    for c in C:
        if c in share[p]:
            what = "assumption: split of the census' one Tuareg line by known homelands; " if c in (
                "idaksahak", "imghad", "ifoghas", "iwellemmeden", "kel-ansar") else "assumption: homelands inside the old region; "
            if c == "idaksahak" and old_region[p] == "Gao":
                what = "assumption: 125,000 Idaksahak in all (CL), two thirds of the unnamed group of Gao among them; "
            rows.append([p, c, num(share[p][c]), what + f"fitted to INSTAT RGPH5 2022 ethnicity of old {old_region[p]}"])
write("households.csv", ["place", "community", "share", "source"], rows)
comm_people = {c: sum(share[p].get(c, 0) * people[p] for p in Z) for c in C}
print("people:", sum(people.values()), {c: round(v) for c, v in comm_people.items()})


def here(p, c):
    return share[p].get(c, 0) * people[p]


# ---------------------------------------------------------------- communities
COMM = [
    ("idaksahak", "Idaksahak", "pastoral", .15, .7, .5, "Herding people of Menaka and Ansongo with a language of their own, once vassals, whose households today lean three ways.",
     "CL (size, three trends, low trust in traditional authority); numbers as in the model's defaults"),
    ("imghad", "Imghad", "pastoral", .5, .3, .5, "Tuareg groups of the Gao bend, the Gourma and Kidal, once vassals, who gained standing in recent decades.",
     "CL; numbers as in the model's defaults"),
    ("ifoghas", "Ifoghas and other Kel Adagh", "pastoral", .5, .5, .1, "Tuareg groups of the Adagh mountains around Kidal, with a long tradition of leadership there.",
     "case study CL; INSTAT RGPH5 2022 for Kidal"),
    ("iwellemmeden", "Iwellemmeden and Chamanamas", "pastoral", .5, .5, .1, "Tuareg groups of the Menaka plains, historically leading there and since displaced at the top.",
     "CL; numbers as in the model's defaults"),
    ("kel-ansar", "Western Tuareg (Kel Ansar and others)", "agropastoral", .5, .5, .1, "Tuareg groups around Tombouctou and the lakes, among them families of religious learning; as a rule not part of the Azawad project.",
     "CL (footnote 2); INSTAT RGPH5 2022"),
    ("arab", "Arabs", "pastoral", .5, .5, .1, "Arabic-speaking herders and traders of the Tombouctou, Taoudenit, Bourem and Gao areas, with ties to Mauritania and Algeria.",
     "CL (footnote 2); AC (ties to Mauritania); census lines Arab and Moor"),
    ("songhai", "Songhai", "fishing-farming", .5, .5, .1, "Farming, fishing and town-dwelling people of the Niger bend, the largest group along the river.",
     "CL (footnote 2); INSTAT RGPH5 2022"),
    ("fulbe", "Fulbe", "pastoral", .5, .7, .1, "Cattle-keeping and settled people of the inner delta, the Seno plain and the borderlands, much exposed to violence and little represented in talks.",
     "CL; INSTAT RGPH5 2022 (Fulani)"),
    ("dogon", "Dogon", "farming", .5, .5, .1, "Farming people of the Bandiagara cliffs and the Seno plain, heavily hit by the violence of the centre.",
     "CL (footnote 10); INSTAT RGPH5 2022"),
    ("centre-other", "Bambara, Bozo and others of the centre", "fishing-farming", .5, .5, .1, "Farmers and fishers of the Niger valley and the delta: Bambara, Bozo, Bobo, Minianka, Soninke and others.",
     "INSTAT RGPH5 2022 (pooled lines)"),
    ("other", "Other residents", "mixed", .5, .5, .1, "Residents of other or unnamed groups, among them Mossi and Hausa.", "INSTAT RGPH5 2022 (pooled lines)"),
]
write("communities.csv", ["community", "name", "livelihood", "trust", "marginalisation", "hardship", "rents", "description", "source"],
      [[c, n, l, num(t), num(m), "0.5", num(r), d, f"assumption: trust, marginalisation, hardship, rents are model defaults; {s}"]
       for c, n, l, t, m, r, d, s in COMM])

# ---------------------------------------------------------------- blocs, organisations
FOLLOWS_DISPUTES = ("self-defence",)
BLOCS = [  # bloc, name, trend, antistate, settles, taxes, courts
    ("state", "State and its partners", "loyalist", 0, .3, .2, 0), ("azawad", "Azawad movements", "independentist", 1, .3, .2, 0),
    ("loyalist", "Loyalist militias", "loyalist", 0, .2, .3, 0), ("jnim-north", "JNIM, northern leadership", "islamist", 1, .8, .3, 1),
    ("jnim-macina", "JNIM, Macina faction", "islamist", 1, .8, .3, 1), ("issp", "Islamic State, Sahel Province", "islamist", 1, .6, .5, 1),
    ("self-defence", "Self-defence groups", "loyalist", 0, .1, .2, 0)]
BL = [b[0] for b in BLOCS]
write("blocs.csv", ["bloc", "name", "trend", "antistate", "settles", "taxes", "islamic_courts", "follows_disputes", "source"],
      [[b, n, t, a, num(s), num(x), c, int(b in FOLLOWS_DISPUTES), "assumption: settlement and taxation graded from reports of parallel governance (CL); no measurement"]
       for b, n, t, a, s, x, c in BLOCS])
ORGS = [  # slug, name, bloc, umbrella, head, party, recruits, quality, communities, objectives, description, source
    ("fama", "Malian armed forces", "state", "", 0, "state", "national", 1.2, "centre-other;songhai;other", "", "Army, guard and gendarmerie of the transition government.", "case A1 (CL, AC)"),
    ("africa-corps", "Africa Corps", "state", "", 0, "state", "contract", 1.5, "", "", "Russian partner force of the state (Wagner until mid-2025).", "case A2 (CL, AC)"),
    ("fla", "Azawad Liberation Front", "azawad", "", 0, "fla", "households", 1, "ifoghas;idaksahak;iwellemmeden", "menaka", "Separatist or autonomist front formed in November 2024; before it CSP-DPA and CMA.", "case A3 (CL, AC)"),
    ("jnim-north", "JNIM, northern leadership", "jnim-north", "jnim", 1, "jnim-north", "households", 1, "ifoghas;idaksahak;kel-ansar;arab", "", "Northern, largely Tuareg, leadership of the al-Qaeda affiliate; head of the umbrella.", "case A4 (CL, AC)"),
    ("jnim-macina", "JNIM, Macina faction", "jnim-macina", "jnim", 0, "jnim-macina", "households", 1, "fulbe", "", "Branch of the same umbrella in the centre.", "case A5 (AC)"),
    ("issp", "Islamic State, Sahel Province", "issp", "", 0, "issp", "households", 1, "fulbe;idaksahak", "", "Islamic State province, dominant over most of the Menaka countryside since 2022-23.", "case A6 (CL)"),
    ("msa-d", "MSA-D", "loyalist", "", 0, "msa-d", "households", 1, "idaksahak", "", "Loyalist movement of Menaka, mostly Idaksahak, split from the CMA in 2016.", "case A7 (CL)"),
    ("gatia", "GATIA", "loyalist", "", 0, "gatia", "households", 1, "imghad", "", "Loyalist movement, mostly Imghad, allied with MSA-D.", "case A8 (CL)"),
    ("dan-na-ambassagou", "Dan Na Ambassagou", "self-defence", "", 0, "dan-na-ambassagou", "households", 1, "dogon", "", "Self-defence movement of the Dogon country; stands for the hunters' groups of the centre too.", "case A9 (CL)"),
]
OG = [o[0] for o in ORGS]
bloc_of = {o[0]: o[2] for o in ORGS}
write("organisations.csv", ["organisation", "name", "bloc", "umbrella", "head", "party", "recruits", "quality", "cohesion", "discipline",
                            "intelligence", "communities", "objectives", "description", "source"],
      [[o, n, b, u, h, pt, rc, num(q), "0.7", "0.6", "0.4", cm, ob, ds,
        f"assumption: quality, cohesion, discipline, intelligence are model defaults, communities read from the case; {s}"]
       for o, n, b, u, h, pt, rc, q, cm, ob, ds, s in ORGS])

# ---------------------------------------------------------------- affinity, targeting, leanings
AFF = {  # only what differs from 0
    ("state", "centre-other"): (1, "largest share of the army's recruits and officials"),
    ("state", "songhai"): (.5, "towns of the river bend mostly side with the state"),
    ("state", "dogon"): (.5, "shared enemy in the centre"),
    ("state", "other"): (.5, "townspeople and officials from the south"),
    ("state", "imghad"): (.5, "client of the state through its militia (CL)"),
    ("azawad", "ifoghas"): (1, "backbone of the revolts in Kidal (CL)"),
    ("azawad", "idaksahak"): (.5, "a vocal faction inside the front, with little influence (CL)"),
    ("azawad", "iwellemmeden"): (.5, "MSA-C stayed with the separatists (CL)"),
    ("azawad", "imghad"): (-.5, "rivalry with the loyalist militia (CL)"),
    ("loyalist", "idaksahak"): (1, "MSA-D's own community (CL)"),
    ("loyalist", "imghad"): (1, "GATIA's own community (CL)"),
    ("loyalist", "ifoghas"): (-.5, "rivalry over leadership in Kidal (CL)"),
    ("loyalist", "fulbe"): (-.5, "operations seen as cover for attacks on Fulbe (CL)"),
    ("jnim-north", "ifoghas"): (.5, "leaders from the Kidal area; drawn from several groups (AC)"),
    ("jnim-north", "idaksahak"): (.5, "notables near Inekar pledged in 2023 (CL)"),
    ("jnim-north", "kel-ansar"): (.5, "recruits and pacts around Tombouctou"),
    ("jnim-north", "arab"): (.5, "recruits and trade around Tombouctou"),
    ("jnim-macina", "fulbe"): (1, "drawn mostly from Fulbe of the centre (AC)"),
    ("jnim-macina", "dogon"): (-.5, "war with the self-defence groups"),
    ("issp", "fulbe"): (.5, "Fulbe enlist for protection (CL); most of them do not"),
    ("self-defence", "dogon"): (1, "Dan Na Ambassagou's own community (CL)"),
    ("self-defence", "centre-other"): (.5, "hunters' groups of Segou and Djenne"),
    ("self-defence", "fulbe"): (-.5, "feud of the centre"),
}
aff = {(b, c): AFF.get((b, c), (0, ""))[0] for b in BL for c in C}
WHY0 = {("issp", "idaksahak"): "members on both sides (CL: some Idaksahak and Fulbe against other Idaksahak); the massacres are in targeting.csv",
        ("state", "idaksahak"): "courted and neglected; split three ways (CL)",
        ("state", "fulbe"): "abuse is in targeting.csv, not counted twice",
        ("jnim-north", "fulbe"): "Fulbe are counted with the Macina faction"}
write("affinity.csv", ["bloc", "community", "affinity", "source"],
      [[b, c, num(aff[b, c]), "assumption: " + (AFF[b, c][1] if (b, c) in AFF else WHY0.get((b, c), "no standing tie or feud of the bloc as a whole"))]
       for b in BL for c in C])
write("targeting.csv", ["bloc", "community", "factor", "source"],
      [[b, c, f, "assumption: " + s] for b, c, f, s in (
          ("state", "fulbe", 4, "recorded killings in the centre 2017-2022"),
          ("self-defence", "fulbe", 6, "recorded massacres in the centre 2018-2020"),
          ("loyalist", "fulbe", 6, "reprisals in Menaka and Ansongo 2018 (CL; UN reporting)"),
          ("issp", "idaksahak", 4, "massacres in Menaka and Gao 2018 and 2022"),
          ("jnim-macina", "dogon", 3, "attacks on Dogon villages 2018-2021"))])
LEAN = {  # loyalist, independentist, islamist
    "idaksahak": (.35, .30, .20, "three trends in one community (CL)"), "imghad": (.6, .2, .005, "loyalist militia; a share stayed with the separatists"),
    "ifoghas": (.005, .6, .2, "backbone of the revolts; JNIM's northern leaders second"), "iwellemmeden": (.2, .6, .005, "MSA-C with the separatists; loyalists second"),
    "kel-ansar": (.6, .2, .005, "as a rule outside the Azawad project (CL); a share joined it"), "arab": (.6, .005, .2, "Arab loyalists; Islamist groups second"),
    "songhai": (.6, .005, .2, "as a rule with the state; Islamist rule in the countryside second"),
    "fulbe": (.2, .005, .6, "whose armed order people live under or turn to for protection (CL), not belief; contested, vary it"),
    "dogon": (.6, .005, .2, "self-defence and state; local pacts with Islamists second"),
    "centre-other": (.6, .005, .2, "state and hunters' groups; pacts in the delta second"), "other": (.6, .005, .2, "townspeople; as the centre")}
write("leanings.csv", ["community", "loyalist", "independentist", "islamist", "none", "source"],
      [[c, num(l), num(i), num(s), num(1 - l - i - s),
        "assumption: " + ("" if c == "idaksahak" else ".6 main, .2 second, none of the three below .005; ") + w]
       for c, (l, i, s, w) in LEAN.items()])

# ---------------------------------------------------------------- events
TO_BLOC = {"STATE": "state", "ISSP": "issp", "FLM": "jnim-macina", "MUJAO": "jnim-north", "CMA": "azawad", "CSP": "azawad",
           "REBEL_90S": "azawad", "REBEL_2000S": "azawad", "GATIA": "loyalist", "MSA": "loyalist", "GATIA_MSA": "loyalist",
           "PLATFORM": "loyalist", "MAA": "loyalist", "GANDA_IZO": "loyalist", "DNA": "self-defence", "DOZO": "self-defence"}
events = []
for e in raw("mali_events.csv"):
    p = slug_of.get(e["zone_id"])
    reg = e["region_2009"]

    def bloc(actor):
        if actor in ("JNIM", "AQIM", "ANSAR_DINE", "MURABITUN"):
            return "jnim-macina" if reg not in ("Kidal", "Gao", "Tombouctou", "") else "jnim-north"
        return TO_BLOC.get(actor, "")
    events.append({**e, "p": p, "a": bloc(e["actor_a"]), "b": bloc(e["actor_b"]), "year": int(e["date_start"][:4]),
                   "month": int(e["date_start"][5:7])})
recent = [e for e in events if 2017 <= e["year"] <= 2021]
placed = [e for e in recent if e["p"]]
print(f"events 2017-2021: {len(recent)}, in a core zone {len(placed)}; months 60")

DYADS = [("state", "jnim-macina", 4.5, 0, 1.27), ("state", "jnim-north", 2.55, 0, 1.0), ("state", "issp", 1.95, 0, 1.78),
         ("self-defence", "jnim-macina", 1.0, 0, 1), ("issp", "loyalist", .68, 0, 1), ("issp", "jnim-north", .32, 0, 1),
         ("issp", "jnim-macina", .17, 0, 1), ("azawad", "loyalist", .25, 0, 1), ("state", "azawad", 2.0, .7, 1)]
pair_n, wide_n, side, civ, dead = Counter(), Counter(), defaultdict(lambda: [0, 0]), Counter(), Counter()
for e in recent:
    if e["type"] in "12" and e["a"] and e["b"]:
        k = tuple(sorted((e["a"], e["b"])))
        wide_n[k] += bool(e["p"] or e["region_2009"] in OLD)
        if e["p"]:
            pair_n[k] += 1
            da, db = int(e["deaths_a"]), int(e["deaths_b"])
            side[k][0] += da if e["a"] == k[0] else db
            side[k][1] += db if e["a"] == k[0] else da
            civ[k] += int(e["deaths_civilians"])
            dead[k] += int(e["best"])
rows = []
print("dyad: listed | computed in core zones | in the five regions; deaths other side over first; civilian share")
for a, b, rate, sd, loss in DYADS:
    k = tuple(sorted((a, b)))
    da, db = side[k] if k[0] == a else side[k][::-1]
    print(f"  {a} - {b}: {rate} | {pair_n[k] / 60:.2f} | {wide_n[k] / 60:.2f}; {db / da if da else float('nan'):.2f} (listed {loss}); {civ[k] / max(1, dead[k]):.2f}")
    st = a == "state"
    src = ("assumption: extrapolation between 5 (January-March 2012) and .45 (2012-2016), a factor of 2 either way; see model documentation" if sd
           else f"UCDP GED 24.1, lethal events 2017-2021, JNIM split by region (rounded; {pair_n[k]} events in core zones, {wide_n[k]} in the five regions)")
    rows.append([a, b, num(rate), num(sd), num(loss), "0.09" if st else "0.02", "state-based" if st else "between-groups", 1, src])
write("dyads.csv", ["a", "b", "events_per_month", "log_sd", "loss_ratio", "civilian_share", "tail", "start_hostile", "source"], rows)
print("  unlisted pairs:", {k: v for k, v in pair_n.items() if k not in {tuple(sorted(d[:2])) for d in DYADS}})

ONE = [("self-defence", 1.38), ("jnim-macina", 1.12), ("state", .80), ("issp", .71), ("jnim-north", .12), ("azawad", .02), ("loyalist", .02)]
one_n = Counter(e["a"] for e in placed if e["type"] == "3")
one_w = Counter(e["a"] for e in recent if e["type"] == "3" and (e["p"] or e["region_2009"] in OLD))
print("one-sided: listed | computed in core zones | in the five regions")
for b, r in ONE:
    print(f"  {b}: {r} | {one_n[b] / 60:.2f} | {one_w[b] / 60:.2f}")
write("onesided.csv", ["bloc", "events_per_month", "source"],
      [[b, num(r), f"UCDP GED 24.1, one-sided lethal events 2017-2021, JNIM split by region ({one_n[b]} events in core zones)"
        if one_n[b] > 1 else f"assumption: floor where at most one event is recorded ({one_n[b]} in UCDP GED 24.1, core zones, 2017-2021)"] for b, r in ONE])

# ---------------------------------------------------------------- feuds
def com(actor, p):
    """Community of a communal actor; 'Tuareg' in the old Gao region is read as Idaksahak (assumption, after CL)."""
    return {"COM_FULANI": "fulbe", "COM_DOGON": "dogon", "COM_IDAKSAHAK": "idaksahak", "COM_ARAB": "arab", "COM_KOUNTA": "arab",
            "COM_TUAREG": "idaksahak" if old_region.get(p) == "Gao" else "kel-ansar"}.get(actor)


feud_n = Counter()
communal_recent = 0
for e in events:
    if 2012 <= e["year"] <= 2021 and e["bloc_a"] == "COMMUNAL" and e["bloc_b"] == "COMMUNAL" and e["p"]:
        x, y = com(e["actor_a"], e["p"]), com(e["actor_b"], e["p"])
        if x and y:
            feud_n[(e["p"],) + tuple(sorted((x, y)))] += 1
            communal_recent += e["year"] >= 2017
print(f"communal events in core zones: 2012-2021 {sum(feud_n.values())}; 2017-2021 {communal_recent} = {communal_recent / 60:.2f} a month (listed .39)")
pairs = [(p, a, b) for p in Z for i, a in enumerate(sorted(C)) for b in sorted(C)[i + 1:]
         if share[p].get(a, 0) >= .01 and share[p].get(b, 0) >= .01]
lost = {k: n for k, n in feud_n.items() if k not in pairs}
print("communal events at a place where one side has under 1 %:", lost)
pp = {k: here(k[0], k[1]) + here(k[0], k[2]) for k in pairs}
recorded = [k for k in pairs if any(n and old_region[q[0]] == old_region[k[0]] and q[1:] == k[1:] for q, n in feud_n.items())]
mean_people = sum(pp[k] for k in recorded) / len(recorded)
expo = {k: pp[k] / mean_people * math.sqrt(share[k[0]][k[1]] * share[k[0]][k[2]]) for k in recorded}
lam = {}
for k in recorded:
    same = [q for q in recorded if old_region[q[0]] == old_region[k[0]] and q[1:] == k[1:]]
    r0 = sum(feud_n[q] for q in same) / sum(expo[q] for q in same)
    e0 = sum(expo[q] for q in same) / len(same)
    lam[k] = (feud_n[k] + e0 * r0) / (expo[k] + e0)
lo_s, hi_s = 0.0, 100.0
for _ in range(200):  # one factor so that the people-weighted mean is .30
    s = (lo_s + hi_s) / 2
    mean = sum(pp[k] * min(.8, max(.05, s * lam[k])) for k in recorded) / sum(pp[k] for k in recorded)
    lo_s, hi_s = (s, hi_s) if mean < .30 else (lo_s, s)
D = {k: min(.8, max(.05, s * lam[k])) if k in lam else .05 for k in pairs}
print(f"feuds: {len(pairs)} pairs, {len(recorded)} with a record in the region, people-weighted mean level of these {sum(pp[k] * D[k] for k in recorded) / sum(pp[k] for k in recorded):.3f}")
print("  ", sorted(((round(D[k], 2), feud_n[k]) + k for k in recorded), reverse=True)[:12])
write("feuds.csv", ["place", "a", "b", "events_2012_2021", "dispute", "source"],
      [[p, a, b, feud_n[p, a, b], num(D[p, a, b], 3),
        ("UCDP GED 24.1 communal events per contact, shrunk halfway to the old region; assumption: scaled to a mean of .30, cap .8"
         + ("; 'Tuareg' read as Idaksahak" if "idaksahak" in (a, b) else ""))
        if (p, a, b) in lam else "assumption: .05 where no event is recorded for the pair in the region"] for p, a, b in pairs])

# ---------------------------------------------------------------- season
by_month = Counter(e["month"] for e in events if 2012 <= e["year"] <= 2021 and e["p"] and int(e["date_prec"]) <= 3)
n = sum(by_month.values())
half = {m: .5 * math.log(by_month[m] / n * 12) for m in range(1, 13)}
shift = math.log(sum(math.exp(v) for v in half.values()) / 12)
write("season.csv", ["month", "log_factor", "source"],
      [[m, num(half[m] - shift), f"UCDP GED 24.1, {by_month[m]} of {n} dated lethal events 2012-2021 in core zones; log, halved, mean factor 1"] for m in range(1, 13)])
print(f"season: mean factor {sum(math.exp(half[m] - shift) for m in half) / 12:.4f}, range {min(half.values()) - shift:.2f} to {max(half.values()) - shift:.2f}, events {n}")

# ---------------------------------------------------------------- bargaining, access
prefs = raw("bargaining/preferences.csv")
write("preferences.csv", list(prefs[0]) + ["source"],
      [list(r.values()) + ["assumption: read from the parties' stated goals in the case (CL, AC); no measurement; vary ideals +-.05, weights Dirichlet x 40"] for r in prefs])
weights = Counter()
for r in prefs:
    weights[r["party"]] += float(r["weight"])
assert all(abs(w - 1) < 1e-9 for w in weights.values()), weights
ACCESS = {"mauritania": (.9, .8, .65, .9, .9, .2, .1, .2), "state": (1, .15, .05, .95, .95, .05, .02, .8),
          "algeria": (.3, .7, .4, .6, .6, .1, .05, .2), "niger": (.6, .5, .2, .7, .7, .2, .1, .2)}
PARTIES = ["state", "fla", "jnim-north", "msa-d", "gatia", "jnim-macina", "issp", "dan-na-ambassagou"]
WHYA = {"mauritania": "kinship, trade and religious ties, neutral (AC)", "state": "clients reachable, armed opponents not (CL)",
        "algeria": "broker of 2015, now rejected by Bamako (AC, CL)", "niger": "past community mediation (CL)"}
write("access.csv", ["convenor", "party", "access", "source"],
      [[v, p, num(x), "assumption: " + ("no contact reported; a guess" if p == "dan-na-ambassagou" and v != "state" else WHYA[v])]
       for v, xs in ACCESS.items() for p, x in zip(PARTIES, xs) if p != "state"])     # nothing reads access to the state

# ---------------------------------------------------------------- refugees
disp = [r for r in raw("displacement_yearly.csv") if 2018 <= int(r["year"]) <= 2021]


def mean4(col):
    return sum(int(r[col]) for r in disp) / 4


STOCK = {"hodh-chargui": mean4("refugees_in_mauritania"), "niger": mean4("refugees_in_niger"),
         "burkina-faso": mean4("refugees_in_burkina"), "algeria": mean4("refugees_in_algeria")}
IDP_2018 = mean4("idps_unhcr")
SOUTH_SHARE = .10
STOCK["south"] = SOUTH_SHARE * IDP_2018
write("refugees.csv", ["refuge", "persons", "source"],
      [[r, round(STOCK[r]), "UNHCR Refugee Population Statistics (end of year), mean 2018-2021" if r != "south"
        else "assumption: a tenth of the internally displaced (UNHCR, mean 2018-2021) live outside the 29 zones"]
       for r in ("hodh-chargui", "niger", "burkina-faso", "algeria", "south")])

# ---------------------------------------------------------------- starts: strengths
def rng(low, high):
    return low, math.sqrt(low * high), high, math.log(high / low) / 3.29


def mid(median, sd=.4):
    return (median * math.exp(-1.645 * sd), median, median * math.exp(1.645 * sd), sd) if median else (0, 0, 0, 0)


REF = {"fama": 10900, "africa-corps": 0, "fla": 2830, "jnim-north": 850, "jnim-macina": 2450, "issp": 950, "msa-d": 695, "gatia": 695,
       "dan-na-ambassagou": 1410}
NOW = {"fama": (10000, 18000, "5,000-9,000 in the north and as many in the centre; no published breakdown"),
       "africa-corps": (1000, 2000, "1,500 +- 500 from press figures of 1,000-2,500"),
       "fla": (2000, 4000, "no reliable count; total that can be mobilised"),
       "jnim-north": (340, 1060, "two thirds of JNIM's 4,000-8,000 in the area, 10-25 % of these northern"),
       "jnim-macina": (2250, 4500, "two thirds of JNIM's 4,000-8,000 in the area, 75-90 % of these Macina"),
       "issp": (600, 1500, "part of 2,000-3,000 in the Sahel; Menaka and Ansongo"),
       "msa-d": (400, 1200, "350 MSA and GATIA members in DDR-I; claims run far higher"),
       "gatia": (400, 1200, "350 MSA and GATIA members in DDR-I; 500-1,000 reported in 2016"),
       "dan-na-ambassagou": (1000, 2000, "researchers' estimate of 2019; claims of 5,000-8,000")}
WHY_REF = {"africa-corps": "foreign forces of 2017-2021 are counted with the army; Africa Corps absent", "fla": "stands for the CMA of the time",
           "msa-d": "half of the loyalists' 1,390", "gatia": "half of the loyalists' 1,390", "fama": "army, paramilitary and foreign forces of the time in the 29 zones",
           "dan-na-ambassagou": "stands for all self-defence groups"}
strength = {}
for st in STARTS:
    rows = []
    for o in OG:
        v = mid(REF[o]) if st == "2017-2021" else rng(*NOW[o][:2])
        strength[st, o] = v[1]
        why = ("assumption: reference strength, log-sd .4; " + WHY_REF.get(o, "judgement between published ranges")) if st == "2017-2021" else "assumption: prior, 90 % range; " + NOW[o][2]
        rows.append([o] + [num(x, 0) for x in v[:3]] + [num(v[3], 3), why])
    write(f"starts/{st}/organisations.csv", ["organisation", "low", "median", "high", "log_sd", "source"], rows)

# ---------------------------------------------------------------- starts: fighters by place
EVENT_BLOC = {"msa-d": {"MSA", "GATIA_MSA"}, "gatia": {"GATIA", "GATIA_MSA"}}


def event_share(o):
    n = Counter()
    for e in placed:
        if o in EVENT_BLOC:
            n[e["p"]] += e["actor_a"] in EVENT_BLOC[o] or e["actor_b"] in EVENT_BLOC[o]
        else:
            n[e["p"]] += bloc_of[o] in (e["a"], e["b"])
    return {p: n[p] for p in Z}


def words(text):
    w = text.split()
    d = dict(zip(w[::2], map(float, w[1::2])))
    assert set(d) <= set(Z), set(d) - set(Z)
    return {p: d.get(p, 0) / sum(d.values()) for p in Z}


ref_share = {}
print("events 2017-2021 by organisation:", {o: sum(event_share(o).values()) for o in OG})
for o in OG:
    n = event_share(o)
    ev = norm(n)
    # Constituency: people of the own communities, in zones where the group has an event, of old regions with 5 % of them or more.
    own = [c for c in C if aff[bloc_of[o], c] >= .5] if o not in ("msa-d", "gatia") else {"msa-d": ["idaksahak"], "gatia": ["imghad"]}[o]
    regs = {g for g in OLD if sum(ev[p] for p in Z if old_region[p] == g) >= .05}
    cons = norm({p: sum(here(p, c) for c in own) if old_region[p] in regs and n[p] else 0 for p in Z})
    if bloc_of[o] == "state":
        cons = norm(people)
        mix = {p: .85 * ev[p] + .15 * cons[p] for p in Z}
    elif o == "fla":  # 14 events only, none of them where the movement ruled unopposed: half goes to the region it held
        held = norm({p: people[p] if old_region[p] == "Kidal" else 0 for p in Z})
        mix = {p: .35 * ev[p] + .15 * cons[p] + .5 * held[p] for p in Z}
    else:
        mix = {p: .85 * ev[p] + .15 * cons[p] for p in Z}
    ref_share[o] = mix
SRC_REF = {"fama": "UCDP GED 24.1: .85 x share of the state's events 2017-2021 + .15 x people; assumption: the weights, those of the groups (with .6 and .4 Segou has half as many events again as were recorded)",
           "africa-corps": "assumption: as the army; the organisation is absent (strength 0)",
           "fla": "assumption: .35 x share of events (14 only) + .15 x constituency + .5 x people of Kidal region, held by the movement 2014-2023"}
DEF_REF = "UCDP GED 24.1: .85 x share of the group's events 2017-2021 + .15 x its constituency's people in the regions where it fights; assumption: the weights"


def part(o, keep):
    return norm({p: ref_share[o][p] if keep(p) else 0 for p in Z})


def blend(a, b, w):
    return {p: w * a[p] + (1 - w) * b[p] for p in Z}


centre = lambda p: not north[p]
CENTRE_STATE = part("fama", centre)
pattern = {}
pattern["2026-07-06"] = {
    "fama": (blend(words("gao 32 tombouctou 22 menaka 5 ansongo 9 bourem 7 goundam 5 niafunke 5 dire 4 gourma-rharous 7 kidal 1 tessalit 2 taoudenit 1"), CENTRE_STATE, .5),
             "half in the north, in towns (Gao, Tombouctou first), Kidal lost in April 2026 save Anefis and Aguelhok; half in the centre as 2017-2021"),
    "africa-corps": (words("gao 26 tombouctou 20 mopti 18 segou 10 niono 6 menaka 3 ansongo 4 tessalit 2 kidal 1 douentza 6 gourma-rharous 4"), "with the army in the main bases; little in Menaka (CL: 3.6 % of its events)"),
    "fla": (words("kidal 32 tessalit 16 abeibara 14 tin-essako 9 bourem 6 taoudenit 5 menaka 5 gao 4 tombouctou 4 goundam 3 gourma-rharous 2"), "Kidal region retaken in April 2026; columns towards Gao, Bourem, Menaka"),
    "jnim-north": (blend(part("jnim-north", lambda p: True), words("kidal 22 tessalit 14 abeibara 8 tombouctou 14 goundam 12 gao 10 bourem 8 gourma-rharous 12"), .5), "half as 2017-2021, half with the offensives of 2026: Kidal beside FLA, Tombouctou, Gao"),
    "jnim-macina": (ref_share["jnim-macina"], "as 2017-2021 in the centre"),
    "issp": (blend(ref_share["issp"], words("menaka 74 ansongo 18 tin-essako 3 gao 5"), .25), "countryside of Menaka and Ansongo (CL), a quarter as 2017-2021"),
    "msa-d": (words("menaka 55 ansongo 28 gao 12 kidal 1 tin-essako 1 bourem 3"), "Menaka town and Ansongo (CL), some withdrawn to Gao"),
    "gatia": (words("gao 45 bourem 17 menaka 15 ansongo 10 gourma-rharous 10 tombouctou 3"), "Gao bend and Gourma; driven out of Kidal"),
    "dan-na-ambassagou": (norm({p: event_share("dan-na-ambassagou")[p] if p in ("koro", "bandiagara", "bankass", "douentza", "djenne", "mopti") else 0 for p in Z}), "share of self-defence events 2017-2021 in Mopti's six southern cercles"),
}
pattern["2024-09-02"] = dict(pattern["2026-07-06"])
pattern["2024-09-02"].update({
    "fama": (blend(words("gao 24 tombouctou 18 menaka 9 ansongo 8 bourem 6 goundam 4 niafunke 4 dire 3 gourma-rharous 6 kidal 10 tessalit 6 tin-essako .5 abeibara .5 taoudenit 1"), CENTRE_STATE, .5),
             "half in the north, Kidal and Tessalit held since November 2023; half in the centre as 2017-2021"),
    "africa-corps": (words("kidal 20 tessalit 6 gao 22 tombouctou 12 mopti 16 segou 9 niono 5 menaka 3 ansongo 2 douentza 5"), "Wagner with the army in Kidal and the main bases; little in Menaka (CL)"),
    "fla": (words("abeibara 30 tessalit 20 tin-essako 16 kidal 12 taoudenit 6 bourem 4 menaka 4 tombouctou 4 gao 2 goundam 2"), "CSP-DPA, pushed to the Algerian border after November 2023, present in Kidal's countryside"),
    "jnim-north": (blend(ref_share["jnim-north"], words("tessalit 16 abeibara 12 kidal 12 tombouctou 18 goundam 14 gao 8 bourem 8 gourma-rharous 12"), .5), "half as 2017-2021, half with the fighting of 2024 (Kidal's north, Tombouctou)"),
    "gatia": (words("gao 42 bourem 16 kidal 8 menaka 14 ansongo 9 gourma-rharous 9 tombouctou 2"), "Gao bend, Gourma, a part in Kidal with the army"),
})
fighters = {}
for st in STARTS:
    rows = []
    for o in OG:
        d, why = (ref_share[o], SRC_REF.get(o, DEF_REF)) if st == "2017-2021" else (pattern[st][o][0], "assumption: " + pattern[st][o][1])
        assert abs(sum(d.values()) - 1) < 1e-9, (st, o, sum(d.values()))
        d = rounded_shares({p: v for p, v in d.items() if v >= .0005})
        fighters[st, o] = d
        rows += [[o, p, num(d[p]), why] for p in Z if d.get(p, 0) > 0]
    write(f"starts/{st}/fighters.csv", ["organisation", "place", "share", "source"], rows)

# ---------------------------------------------------------------- starts: control
# Fixed point of the model's control equation at the median strengths, x .9 (nobody holds a whole cercle),
# except where the case says who holds a place.
CTL_SCALE = .9
SAID = {
    "2017-2021": {
        "kidal": ("azawad .65 state .15 jnim-north .05", "CMA ran Kidal 2014-2023, UN and French bases beside"),
        "tin-essako": ("azawad .55 jnim-north .05", "CMA in Kidal region 2014-2023"),
        "abeibara": ("azawad .5 jnim-north .15", "CMA in Kidal region 2014-2023"),
        "tessalit": ("azawad .4 state .2 jnim-north .15", "CMA in Kidal region; UN and French base at Tessalit"),
    },
    "2024-09-02": {
        "kidal": ("state .6 azawad .15 jnim-north .05", "town taken by the army in November 2023; countryside contested"),
        "tessalit": ("state .35 azawad .25 jnim-north .15", "army bases; defeat near the Algerian border in July 2024"),
        "abeibara": ("azawad .6 jnim-north .15", "border zone held by CSP-DPA"),
        "tin-essako": ("azawad .5 issp .1", "CSP-DPA; ISSP on the southern edge"),
        "menaka": ("issp .55 state .2 loyalist .1", "ISSP over most of the countryside since 2022-23, army and MSA-D in the town (CL)"),
        "ansongo": ("issp .4 state .25 loyalist .1 jnim-north .05", "ISSP south and east of the river, army along the road"),
    },
    "2026-07-06": {
        "kidal": ("azawad .7 jnim-north .1 state .03", "FLA since April 2026; Anefis contested in July"),
        "tessalit": ("azawad .6 jnim-north .15 state .05", "FLA and JNIM; Aguelhok attacked in July"),
        "abeibara": ("azawad .7 jnim-north .1", "FLA"),
        "tin-essako": ("azawad .55 issp .12 jnim-north .05", "FLA; ISSP on the southern edge"),
        "menaka": ("issp .62 state .13 loyalist .08 azawad .02", "ISSP over the countryside, siege of the town (CL)"),
        "ansongo": ("issp .45 state .22 loyalist .08 jnim-north .05", "ISSP south and east of the river, army along the road"),
    },
}
for st in STARTS:
    rows, free = [], []
    for p in Z:
        by = defaultdict(float)
        for o in OG:
            by[bloc_of[o]] += strength[st, o] * fighters[st, o].get(p, 0)
        if p in SAID[st]:
            text, why = SAID[st][p]
            w = text.split()
            by = dict(zip(w[::2], map(float, w[1::2])))
            why = "assumption: " + why
        else:
            total = sum(by.values()) + 15 * people[p] / 10_000
            by = {b: CTL_SCALE * v / total for b, v in by.items()}
            why = "assumption: fighters over all fighters + 15 per 10,000 people (the model's control rule at median strengths) x .9"
        by = {b: round(v, 3) for b, v in by.items() if v >= .01}
        assert sum(by.values()) <= 1
        free.append((1 - sum(by.values()), people[p]))
        rows += [[p, b, num(by[b], 3), why] for b in BL if b in by]
    write(f"starts/{st}/control.csv", ["place", "bloc", "share", "source"], rows)
    print(f"control {st}: uncontrolled {sum(f for f, _ in free) / len(Z):.2f} by place, {sum(f * n for f, n in free) / sum(people.values()):.2f} by people")

# ---------------------------------------------------------------- starts: stances
HOSTILE_BLOCS = {frozenset(d[:2]) for d in DYADS}
STATE_SIDE = {"fama", "africa-corps", "msa-d", "gatia"}
for st in STARTS:
    rows, seen = [], Counter()
    for i, a in enumerate(OG):
        for b in OG[i + 1:]:
            k, kb = {a, b}, frozenset((bloc_of[a], bloc_of[b]))
            if k <= STATE_SIDE:
                s, why = "allied", "state, its partner and its clients (CL)"
            elif k == {"jnim-north", "jnim-macina"}:
                s, why = "allied", "one umbrella"
            elif k == {"fla", "jnim-north"}:
                s, why = ("truce", "coexistence in Kidal, no lethal event recorded") if st == "2017-2021" else ("allied", "joint operations since 2023-24 and offensives of 2026 (CL)")
            elif k == {"fla", "jnim-macina"}:
                s, why = "truce", "tacit, through the umbrella"
            elif kb in HOSTILE_BLOCS:
                s, why = "hostile", "listed dyad of 2017-2021 (UCDP GED 24.1), still at war"
                if st == "2017-2021":
                    why = "listed dyad (UCDP GED 24.1)"
                    if kb == frozenset(("state", "azawad")):
                        why = "reference pair for the solved rate; in fact under the accord of 2015"
            elif k == {"fama", "dan-na-ambassagou"}:
                s, why = "neutral", "tolerated, at times opposed; refused disarmament (CL)"
            elif k == {"fla", "issp"}:
                s, why = "neutral", "no lethal event recorded 2017-2021; separatists withdrew in 2023 rather than fight (CL)"
            else:
                s, why = "neutral", "not hostile in the open"
            seen[s] += 1
            rows.append([a, b, s, "assumption: " + why])
    write(f"starts/{st}/stances.csv", ["a", "b", "stance", "source"], rows)
    print(f"stances {st}: {dict(seen)}")

# ---------------------------------------------------------------- starts: displaced
# Homes of the refugees of each refuge (shares, assumption) and totals by start.
HOMES = {
    "hodh-chargui": {"then": "goundam 26 tombouctou 22 niafunke 26 dire 6 gourma-rharous 6 taoudenit 5 niono 4 youwarou 3 mopti 2",
                     "now": "goundam 16 tombouctou 12 niafunke 17 dire 6 gourma-rharous 5 taoudenit 5 niono 16 youwarou 6 tenenkou 4 mopti 6 macina 3 segou 3 douentza 1"},
    "niger": {"then": "menaka 64 ansongo 24 gao 9 tin-essako 2 kidal 1", "now": "menaka 62 ansongo 27 gao 8 tin-essako 2 kidal 1"},
    "burkina-faso": {"then": "gourma-rharous 34 tombouctou 22 gao 16 ansongo 10 douentza 10 koro 8", "now": "gourma-rharous 34 tombouctou 12 gao 12 ansongo 12 douentza 15 koro 15"},
    "algeria": {"then": "kidal 40 tessalit 30 abeibara 20 tin-essako 10", "now": "kidal 38 tessalit 27 abeibara 22 tin-essako 13"},
}
TOTAL = {
    "2017-2021": {**{k: (v, "UNHCR mean 2018-2021") for k, v in STOCK.items() if k != "south"}, "idp": (IDP_2018, "UNHCR mean 2018-2021")},
    "2024-09-02": {"hodh-chargui": (225_000, "200,000-250,000 by UNHCR reporting of 2024"), "niger": (68_000, "61,490 in 2021 (UNHCR), rising"),
                   "burkina-faso": (25_000, "24,560 in 2021 (UNHCR)"), "algeria": (5_000, "flight after Kidal and Tinzaouaten; UNHCR shows few"),
                   "idp": (360_000, "350,110 in 2021 (UNHCR), about level")},
    "2026-07-06": {"hodh-chargui": (300_000, "over 300,000 by press reports of late 2025"), "niger": (80_000, "61,490 in 2021 (UNHCR), rising"),
                   "burkina-faso": (25_000, "24,560 in 2021 (UNHCR)"), "algeria": (10_000, "flight from Kidal region; UNHCR shows few"),
                   "idp": (380_000, "350,000-400,000 by recent humanitarian reporting")},
}
deaths = Counter()
for e in placed:
    deaths[e["p"]] += int(e["best"])
EXTRA = {"2017-2021": {"menaka": 1.3}, "2024-09-02": {"menaka": 2.5, "ansongo": 2, "kidal": 3, "tessalit": 1.3, "tombouctou": 1.5, "gourma-rharous": 1.5},
         "2026-07-06": {"menaka": 3, "ansongo": 2.5, "kidal": 3, "tessalit": 1.5, "tombouctou": 1.5, "gao": 1.5, "gourma-rharous": 1.5}}
# Home weight of the internally displaced: sqrt(deaths 2017-2021 x people) x factor of the start.
AWAY_MAX = .35
PULL = {"gao": 3, "tombouctou": 2, "mopti": 3, "segou": 1.5, "bandiagara": 1.5, "bankass": 1.3, "san": 1.2, "menaka": 1.5, "kidal": .7}
link_km = {frozenset(k): v[0] for k, v in links.items()}
HH = 6


def households_of(n):
    return int(round(n / HH)) * HH


for st in STARTS:
    rows = []
    for ref in ("hodh-chargui", "niger", "burkina-faso", "algeria"):
        total, why = TOTAL[st][ref]
        homes = words(HOMES[ref]["then" if st == "2017-2021" else "now"])
        rows += [[p, ref, households_of(total * homes[p]), f"assumption: homes by distance and reported origin; total: {why}"]
                 for p in Z if households_of(total * homes[p]) > 0]
    idp, why = TOTAL[st]["idp"]
    hw = norm({p: math.sqrt(max(1, deaths[p]) * people[p]) * EXTRA[st].get(p, 1) for p in Z})
    abroad = Counter()
    for h, _, n, _ in rows:
        abroad[h] += n
    room = {p: max(0, AWAY_MAX * people[p] - abroad[p]) for p in Z}
    for _ in range(100):  # nobody loses more than AWAY_MAX of the people; the excess falls on the others
        over = {p for p in Z if idp * hw[p] > room[p] * (1 + 1e-9)}
        if not over:
            break
        full = {p for p in Z if idp * hw[p] >= room[p] * (1 - 1e-9)}
        left = 1 - sum(room[p] / idp for p in full)
        free_sum = sum(hw[p] for p in Z if p not in full)
        hw = {p: room[p] / idp if p in full else hw[p] / free_sum * left for p in Z}
    siege = {"menaka"} if st == "2026-07-06" else set()
    for p in Z:
        n_home = idp * hw[p]
        s_share = min(.5, SOUTH_SHARE * (.4 if north[p] else 1.3))
        w = {q: PULL.get(q, 1) * math.exp(-km(seat[p], seat[q]) / 150) * (.3 if q in siege else 1) for q in Z
             if q != p and (km(seat[p], seat[q]) < 450)}
        top = dict(sorted(w.items(), key=lambda t: -t[1])[:5])
        ws = sum(top.values())
        flow = {q: n_home * (1 - s_share) * v / ws for q, v in top.items()} if ws else {}
        flow["south"] = n_home * s_share if ws else n_home
        rows += [[p, q, households_of(flow[q]), f"assumption: homes by deaths 2017-2021, people and the start's fighting; hosts by distance and town; total: {why}"]
                 for q in sorted(flow) if households_of(flow[q]) >= 60]
    write(f"starts/{st}/displaced.csv", ["home", "host", "persons", "source"], rows)
    out = Counter()
    tot = Counter()
    for h, q, n, _ in rows:
        out[h] += n
        tot[q if q in REFUGES else "idp in the 29 zones"] += n
    worst = max(out, key=lambda h: out[h] / people[h])
    print(f"displaced {st}: {dict(tot)}; largest share away: {worst} {out[worst] / people[worst]:.2f}")
    write(f"starts/{st}/sieges.csv", ["place", "bloc", "source"],
          [["menaka", "issp", "CL: ISSP besieges Menaka town, entered it briefly in late April 2026"]] if st == "2026-07-06" else [])

sb = raw("bargaining/starts.csv")
for st in STARTS[1:]:
    cols = [c for c in sb[0] if c != "start"]
    rows = [[r[c] for c in cols] + ["assumption: read from the military balance and stated positions (CL, AC); no measurement"] for r in sb if r["start"] == st]
    write(f"starts/{st}/bargaining.csv", cols + ["source"], rows)

# ---------------------------------------------------------------- timeline
# X may be injected; V may only be compared with. Month-only dates stand on the first of the month ("month only").
TIMELINE = """
2012-01-17|X|MNLA rebellion starts at Menaka|public record, recalled
2012-03-22|X|coup in Bamako|press, March 2012
2012-03-30|V|Kidal falls to the rebellion|press, March 2012
2012-04-06|V|MNLA declares independence of Azawad|public record, recalled
2012-06-01|V|Islamist groups oust MNLA from Gao|CL; month only
2013-01-11|X|French-led intervention begins (Serval)|public record, recalled; strength: assumption, of 4,000 men those who fought in the zones|fama|2500
2013-01-24|V|MIA splits from Ansar Dine under air strikes|press, January 2013
2013-05-19|V|MIA merges into HCUA|public record
2013-06-18|V|Ouagadougou preliminary accord|public record, recalled
2013-07-01|X|UN mission (MINUSMA) active|public record, recalled; strength: assumption, of 12,000 those who leave their camps|fama|1500
2014-05-17|V|fighting in Kidal: the army loses Kidal, Menaka, Tessalit, Anefis|press, May 2014
2014-05-23|V|ceasefire under the chair of the African Union|press, May 2014
2014-06-09|V|Algiers declaration of CMA's core|press, June 2014
2014-06-14|V|Algiers declaration of the Plateforme|press, June 2014
2014-08-01|X|French regional mission (Barkhane) replaces Serval|public record, recalled; strength: assumption, fewer of them in Mali|fama|-600
2015-05-15|V|Algiers Accord signed by the state and the Plateforme|research briefs, press 2015
2015-06-20|V|CMA signs the Algiers Accord|research briefs, press 2015
2015-01-01|V|ISGS, later ISSP, formed|CL; year only
2016-09-01|V|MSA leaves CMA, then splits into D and C|CL; month only, recalled
2017-01-18|V|bombing of the joint patrol's camp in Gao|public record, recalled
2017-03-02|V|JNIM formed|public record, recalled
2018-01-01|V|arrest of the son of the Iduguritan leader|CL; month only
2018-02-01|V|joint MSA, GATIA and French operations, reprisals until May|press and radio 2018; month only
2018-11-06|V|DDR ceremony of the Algiers Accord|research note 2018
2019-03-23|V|Ogossagou: more than 100 Fulbe killed|relief reporting, March 2019
2019-07-01|V|Mauritania brokers a ceasefire at Lerneb|press 2019; month only
2020-01-01|V|war between JNIM and ISGS under way (from 2019-2020)|public record; year only
2020-02-01|X|head of state confirms contacts with JNIM|public record, recalled; month only
2020-08-18|X|coup in Bamako|public record
2020-10-01|V|siege of Farabougou begins|press; month only
2021-03-14|V|local pact at Farabougou and Niono|press 2021
2021-05-24|X|second coup in Bamako|public record
2021-12-01|X|Wagner deployed|research briefs; month only; strength: press, about 1,000|africa-corps|1000
2022-02-17|X|withdrawal of the French mission announced|press 2022; day recalled
2022-03-01|V|ISSP massacres in Menaka and Gao, until June|Human Rights Watch 2022; month only
2022-03-27|V|Moura: hundreds killed in an operation of the army and Wagner|press and UN reporting 2022
2022-08-05|V|agreement on paper to integrate 26,000 fighters|press, August 2022
2022-08-15|X|French forces gone|press 2022; strength: what had come|fama|-1900
2023-04-01|V|Tidermene falls to ISSP after units close to CMA withdraw|CL; month only
2023-06-16|X|Mali asks the UN mission to leave|CrisisWatch 2023
2023-06-30|X|Security Council ends the UN mission's mandate|CrisisWatch 2023
2023-08-12|V|fighting resumes between CSP and the army at former UN bases|press 2023; UCDP Peace Agreement Dataset
2023-09-07|V|attack on a river boat: more than 60 killed|ACLED report 2023
2023-09-30|V|MSA leaves CSP|CrisisWatch 2023
2023-11-14|V|army and Wagner take Kidal|public record
2023-12-31|X|UN mission gone|public record; strength: what had come|fama|-1500
2024-01-25|V|Bamako ends the Algiers Accord|press, January 2024
2024-02-16|V|drone strikes on a wedding and a burial: at least 14 civilians killed|Human Rights Watch 2024
2024-05-02|V|CSP-DPA formed|public record
2024-07-25|V|battle near Tinzaouaten: the army and Wagner defeated|public record; AC
2024-09-17|V|JNIM attack in Bamako|public record, recalled; AC
2024-11-30|V|FLA formed|press 2024
2024-12-01|V|drone strike kills eight, a dissident GATIA leader among them|press 2024
2025-06-01|V|attacks at Boulkessi, Tombouctou and Tessit|press 2025
2025-06-02|X|Wagner becomes Africa Corps|public record, recalled; month only
2025-07-01|V|seven simultaneous JNIM attacks in the west and centre|press 2025
2025-08-19|V|Farabougou base falls|press 2025
2025-09-01|V|fuel blockade of Bamako, local talks until November|press 2025; month only
2026-04-25|V|FLA and JNIM offensive on six cities: the defence minister killed, the governor expelled from Kidal; ISSP briefly takes Menaka|CL; press 2026
2026-07-04|V|second offensive: Aguelhok, Anefis, Gao, Sevare, a prison near Bamako|CL
"""
# A fifth and sixth field: whose fighters come (or go), and how many.
write("timeline.csv", ["date", "flag", "event", "organisation", "fighters", "source"],
      sorted(t[:3] + (t[4:] or ["", ""]) + [t[3]] for t in (t.split("|") for t in TIMELINE.strip().split("\n"))))

print("rows:", ROWS)
