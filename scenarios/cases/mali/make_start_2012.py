#!/usr/bin/env python3
"""Write the tables of the start of 2 January 2012, from which history is run again to hold the model against it.

Usage: python3 make_start_2012.py
Every number here is a judgement and says so in its row: nobody counted fighters in January 2012. Organisations stand for those who
came before them: `fla` for the MNLA, `jnim-north` for AQIM and Ansar Dine, `issp` for MUJAO, `jnim-macina` for its men in the centre, `msa-d`
and `gatia` for the loyalists of Menaka and of the Gao bend, `dan-na-ambassagou` for the hunters. Standard library only.
"""
import csv
import os

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "starts", "2012-01-02")


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def write(name, header, rows):
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(OUT, name), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        w.writerows(rows)


zones = [r["place"] for r in read("places.csv") if r["kind"] == "zone"]
people = {r["place"]: float(r["people"]) for r in read("places.csv") if r["kind"] == "zone"}
bloc = {r["organisation"]: r["bloc"] for r in read("organisations.csv")}
orgs = list(bloc)
STRENGTH = {  # median, log-sd, reason
    "fama": (5000, .3, "some 7,000 soldiers, two thirds of them in the zones; foreign forces come later, by the timeline"),
    "africa-corps": (0, 0, "absent"),
    "fla": (1500, .4, "MNLA: 1,000 to 3,000, many back from Libya with arms"),
    "jnim-north": (700, .4, "AQIM's northern brigades and Ansar Dine: 500 to 1,000"),
    "jnim-macina": (150, .5, "men of the centre in these groups, before the front of 2015"),
    "issp": (300, .5, "MUJAO: some hundreds around Gao"),
    "msa-d": (150, .5, "Menaka's loyalists before there was a movement"),
    "gatia": (300, .5, "Imghad units that stayed with the army, Ganda Koy and Ganda Izo"),
    "dan-na-ambassagou": (300, .5, "hunters' associations before they armed against raids"),
}
write("organisations.csv", ["organisation", "low", "median", "high", "log_sd", "source"],
      [[o, round(m * 2.718281828 ** (-1.645 * s)), m, round(m * 2.718281828 ** (1.645 * s)), s, "assumption: " + why] for o, (m, s, why) in ((o, STRENGTH[o]) for o in orgs)])
WHERE = {
    "fama": ("gao 18 tombouctou 12 kidal 9 tessalit 6 menaka 5 ansongo 4 bourem 3 goundam 2 niafunke 2 gourma-rharous 2 douentza 5 mopti 12 segou 10 niono 4 bandiagara 3 koro 3", "garrisons of January 2012"),
    "africa-corps": ("gao 26 tombouctou 20 mopti 30 segou 14 niono 10", "as it came in December 2021: the main bases, most of it in the centre"),
    "fla": ("kidal 20 tin-essako 8 abeibara 12 tessalit 18 menaka 20 gao 6 bourem 5 tombouctou 6 goundam 3 ansongo 2", "Kidal region and Menaka, where it began"),
    "jnim-north": ("tessalit 18 abeibara 14 kidal 16 tombouctou 20 goundam 10 gao 8 taoudenit 10 bourem 4", "mountains of Kidal, Timbuktu's desert"),
    "jnim-macina": ("douentza 35 tenenkou 20 youwarou 20 mopti 25", "northern Mopti"),
    "issp": ("gao 55 ansongo 15 bourem 15 menaka 15", "the Gao bend"),
    "msa-d": ("menaka 65 ansongo 35", "homelands"),
    "gatia": ("gao 40 bourem 20 gourma-rharous 20 kidal 10 menaka 10", "Gamou's men and the river militias"),
    "dan-na-ambassagou": ("koro 30 bandiagara 30 bankass 30 douentza 10", "Dogon country"),
}
share = {}
for o, (text, _) in WHERE.items():
    w = text.split()
    d = dict(zip(w[::2], map(float, w[1::2])))
    assert set(d) <= set(zones), set(d) - set(zones)
    share[o] = {p: d[p] / sum(d.values()) for p in zones if p in d}
rows = []
for o in orgs:
    units = {p: round(10_000 * v) for p, v in share[o].items()}
    units[max(units, key=units.get)] += 10_000 - sum(units.values())
    rows += [[o, p, units[p] / 10_000, "assumption: " + WHERE[o][1]] for p in units]
write("fighters.csv", ["organisation", "place", "share", "source"], rows)
rows = []
for p in zones:
    by = {}
    for o in orgs:
        by[bloc[o]] = by.get(bloc[o], 0) + STRENGTH[o][0] * share[o].get(p, 0)
    total = sum(by.values()) + 15 * people[p] / 10_000
    rows += [[p, b, round(.9 * v / total, 3), "assumption: fighters over all fighters + 15 per 10,000 people (the model's control rule at median strengths) x .9"]
             for b, v in by.items() if .9 * v / total >= .01]
write("control.csv", ["place", "bloc", "share", "source"], rows)
SIDE = {"fama", "africa-corps", "msa-d", "gatia"}
ISLAMIST = {"jnim-north", "jnim-macina", "issp"}
HOSTILE = {frozenset((r["a"], r["b"])) for r in read("dyads.csv")}
rows = []
for i, a in enumerate(orgs):
    for b in orgs[i + 1:]:
        k = {a, b}
        if k <= SIDE:
            s, why = "allied", "the army and its clients"
        elif k <= ISLAMIST:
            s, why = "allied", "one current in 2012; MUJAO and Ansar Dine held the north together"
        elif k == {"fla", "jnim-north"} or k == {"fla", "issp"}:
            s, why = "truce", "together against the army until June 2012"
        elif frozenset((bloc[a], bloc[b])) in HOSTILE:
            s, why = "hostile", "at war from January 2012, or as listed for 2017-2021"
        else:
            s, why = "neutral", "not hostile in the open"
        rows.append([a, b, s, "assumption: " + why])
write("stances.csv", ["a", "b", "stance", "source"], rows)
write("displaced.csv", ["home", "host", "persons", "source"], [])
write("sieges.csv", ["place", "bloc", "source"], [])
PARTIES = {"state": (.5, .5, .3, -.2), "fla": (.3, .4, .4, .4), "jnim-north": (.3, .35, .35, .3), "msa-d": (.42, .45, .38, 0), "gatia": (.42, .45, .34, 0),
           "jnim-macina": (.3, .35, .36, 0), "issp": (.3, .35, .3, .2), "dan-na-ambassagou": (.35, .4, .38, 0)}
write("bargaining.csv", ["party", "status_quo", "p_win", "hurt", "momentum", "decisive_multiplier", "package_status_quo", "package_momentum", "source"],
      [[p, *v, 1, v[0], 0, "assumption: read from the situation of January 2012; no measurement"] for p, v in PARTIES.items()])
