"""Further columns of the customer file, so that every factor of the catalogue has something to run on.

They come from a stream of random numbers of their own and leave all other columns as they are. Like the
rest of the file they are noisy signals: ``ability_to_pay``, ``market_share``, the balances,
``supply_capacity``, ``strategic_importance`` and ``social_influence`` of size; ``need_level``,
``need_type`` and ``latent_need`` of need; ``relationship_depth`` of loyalty; the others are noise.
What belongs to firms is empty for individuals and the other way round.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.synthetic.codes import chosen, picked
from toolkit.synthetic.population import Population
from toolkit.synthetic.world import chance

LEVELS, LEVEL_CUTS = ("low", "medium", "high"), (-0.6, 0.8)
STRATEGIC, STRATEGIC_CUTS = ("none", "partner", "core"), (1.6, 2.8)
NEED_TYPES, NEED_TYPE_SHARES = ("stable", "growth", "core"), (0.5, 0.3, 0.2)
INVESTMENTS, INVESTMENT_SHARES = ("deposit", "bond", "fund", "stock"), (0.45, 0.20, 0.25, 0.10)
SECRECY, SECRECY_SHARES = ("public", "internal", "confidential"), (0.15, 0.70, 0.15)
VOLTAGES, VOLTAGE_CUTS = ("220V", "380V", "10kV", "35kV"), (4.6, 5.8, 8.0)
LOADS, LOAD_SHARES = ("third", "second", "first"), (0.80, 0.15, 0.05)
GENDERS, AGES = ("female", "male"), ("18-29", "30-44", "45-59", "60+")
AGE_SHARES = (0.20, 0.40, 0.28, 0.12)
OCCUPATIONS = ("employee", "self_employed", "civil_servant", "retired", "student")
OCCUPATION_SHARES = (0.50, 0.20, 0.12, 0.12, 0.06)
EDUCATIONS, EDUCATION_SHARES = ("school", "college", "university", "postgraduate"), (0.30, 0.30, 0.32, 0.08)
CONDITIONS, CONDITION_SHARES = ("weak", "fair", "good"), (0.15, 0.50, 0.35)
DEVICES, DEVICE_SHARES = ("phone", "computer", "tablet", "terminal"), (0.55, 0.30, 0.08, 0.07)
TAGS, TAG_SHARES = ("none", "campus", "seasonal", "family", "parents"), (0.60, 0.10, 0.08, 0.12, 0.10)
QUALITIES, QUALITY_SHARES = ("standard", "select"), (0.75, 0.25)
PRIORITIES, PRIORITY_SHARES = ("C", "B", "A"), (0.60, 0.30, 0.10)
PAYS_LOG = np.array([11.4, 13.8, 16.5])
CAPACITY_LOG = np.array([2.0, 4.4, 6.5])
HAZARDS, INCIDENTS = 0.6, 0.03


def with_profile(file: pd.DataFrame, population: Population, rng: np.random.Generator) -> pd.DataFrame:
    """``file``, one row per member of the population, with the further columns at its end."""
    firm = (file["type"] != "individual").to_numpy(bool)
    place = np.select([file["type"] == "individual", file["type"] == "small_firm"], [0, 1], 2)
    columns = _standing(population, place, rng) | _money(population, place, rng)
    columns |= _needs(population, rng) | _site(population, place, rng)
    columns |= _person(firm, rng) | _record(population, rng)
    return file.assign(referred_by=referrers(file, rng), **columns)


def referrers(file: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """For customers won by referral someone who was there before them; empty for all others."""
    draw = rng.random(len(file))
    since = file["since"].to_numpy()
    by_since = np.argsort(since, kind="stable")
    before = np.searchsorted(since[by_since], since)
    mentor = by_since[np.floor(draw * before).astype(np.int64)]
    referred = (file["source"] == "referral").to_numpy(bool) & (before > 0)
    return file["customer_id"].take(mentor).reset_index(drop=True).where(referred)


def _standing(population: Population, place: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    size = population.latent.size
    noise = rng.standard_normal((2, len(size)))
    share = np.round(chance(-4 + 0.8 * size + 0.5 * noise[0]), 4)
    strategic = np.digitize(size + 0.7 * noise[1], STRATEGIC_CUTS)
    condition = picked(CONDITION_SHARES, rng.random(len(size)))
    return {
        "market_share": np.where(place > 0, share, np.nan),
        "strategic_importance": chosen(STRATEGIC, strategic),
        "social_influence": rng.random(len(size)) < chance(-4 + 0.6 * size),
        "operating_condition": chosen(CONDITIONS, condition, missing=place == 0),
        "priority": chosen(PRIORITIES, picked(PRIORITY_SHARES, rng.random(len(size)))),
    }


def _money(population: Population, place: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    size = population.latent.size
    noise = rng.standard_normal((4, len(size)))
    pays = np.exp(PAYS_LOG[place] + 0.5 * size + 0.4 * noise[0])
    holds = rng.random((2, len(size))) < np.array([[0.35], [0.25]])
    return {
        "ability_to_pay": np.round(pays, 2),
        "deposit_balance": np.round(0.3 * pays * np.exp(0.8 * noise[1]), 2),
        "loan_balance": np.round(0.5 * pays * np.exp(0.8 * noise[2]) * holds[0], 2),
        "wealth_aum": np.round(0.4 * pays * np.exp(0.8 * noise[3]) * holds[1], 2),
        "points_prev_year": np.floor(rng.gamma(2.0, 400.0, len(size)) * np.exp(0.5 * size)).astype(np.int64),
    }


def _needs(population: Population, rng: np.random.Generator) -> dict[str, object]:
    need = population.latent.need
    noise = rng.standard_normal((2, len(need)))
    kind, device, tag, tolerance, invest = rng.random((5, len(need)))
    return {
        "need_level": chosen(LEVELS, np.digitize(need + 0.7 * noise[0], LEVEL_CUTS)),
        "need_type": chosen(NEED_TYPES, picked(NEED_TYPE_SHARES, kind)),
        "latent_need": np.round(chance(0.8 * need + 0.8 * noise[1]), 3),
        "device": chosen(DEVICES, picked(DEVICE_SHARES, device)),
        "segment_tags": chosen(TAGS, picked(TAG_SHARES, tag)),
        "risk_tolerance": chosen(LEVELS, picked((0.4, 0.4, 0.2), tolerance)),
        "investment_preference": chosen(INVESTMENTS, picked(INVESTMENT_SHARES, invest)),
    }


def _site(population: Population, place: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    size, count = population.latent.size, len(population)
    noise = rng.standard_normal((3, count))
    capacity = CAPACITY_LOG[place] + 0.5 * size + 0.4 * noise[0]
    risk = np.digitize(noise[1], LEVEL_CUTS)
    cost = rng.uniform(0.55, 0.80, count)
    return {
        "voltage_level": chosen(VOLTAGES, np.digitize(capacity, VOLTAGE_CUTS)),
        "supply_capacity": np.maximum(5.0, np.rint(np.exp(capacity) / 5) * 5),
        "load_class": chosen(LOADS, picked(LOAD_SHARES, rng.random(count))),
        "site_risk": chosen(LEVELS, risk),
        "hazard_count": rng.poisson(HAZARDS * (1 + risk)),
        "incident_count": rng.poisson(INCIDENTS * (1 + risk)),
        "plant_cost": np.round(100 * cost, 2),
        "plant_quality": chosen(QUALITIES, picked(QUALITY_SHARES, rng.random(count))),
        "freight_cost": np.round(np.exp(2.5 + 0.6 * noise[2]), 2),
    }


def _person(firm: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    """Of individuals only."""
    gender, age, work, school = rng.random((4, len(firm)))
    return {
        "gender": chosen(GENDERS, picked((0.5, 0.5), gender), missing=firm),
        "age_band": chosen(AGES, picked(AGE_SHARES, age), missing=firm),
        "occupation": chosen(OCCUPATIONS, picked(OCCUPATION_SHARES, work), missing=firm),
        "education": chosen(EDUCATIONS, picked(EDUCATION_SHARES, school), missing=firm),
    }


def _record(population: Population, rng: np.random.Generator) -> dict[str, object]:
    count = len(population)
    depth = np.digitize(population.latent.loyalty + 0.8 * rng.standard_normal(count), (-0.5, 0.7, 1.8))
    return {
        "sensitivity_class": chosen(SECRECY, picked(SECRECY_SHARES, rng.random(count))),
        "record_completeness": np.round(rng.beta(9.0, 1.5, count), 3),
        "relationship_depth": (1 + depth).astype(np.int64),
    }
