"""Places an experiment can be held in: ISO 3166 codes of countries and of their regions."""

from __future__ import annotations

_COUNTRIES = """
AT Austria|BE Belgique|BG Bulgaria|CA Canada|CH Suisse|CY Cyprus|CZ Czechia|DE Deutschland
DK Danmark|EE Estonia|ES España|FI Finland|FR France|GB United Kingdom|GR Greece|HR Croatia
HU Hungary|IE Ireland|IT Italia|LT Lithuania|LU Luxembourg|LV Latvia|MC Monaco|MT Malta
NL Nederland|NO Norway|PL Poland|PT Portugal|RE La Réunion|RO Romania|SE Sweden|SI Slovenia
SK Slovakia|US United States
"""
_REGIONS = """
FR-ARA Auvergne-Rhône-Alpes|FR-BFC Bourgogne-Franche-Comté|FR-BRE Bretagne
FR-CVL Centre-Val de Loire|FR-COR Corse|FR-GES Grand Est|FR-HDF Hauts-de-France
FR-IDF Île-de-France|FR-NOR Normandie|FR-NAQ Nouvelle-Aquitaine|FR-OCC Occitanie
FR-PDL Pays de la Loire|FR-PAC Provence-Alpes-Côte d'Azur|FR-GP Guadeloupe|FR-GF Guyane
FR-MQ Martinique|FR-YT Mayotte|FR-RE La Réunion (région)
BE-BRU Bruxelles|BE-VLG Vlaanderen|BE-WAL Wallonie
CH-AG Aargau|CH-AI Appenzell Innerrhoden|CH-AR Appenzell Ausserrhoden|CH-BE Bern
CH-BL Basel-Landschaft|CH-BS Basel-Stadt|CH-FR Fribourg|CH-GE Genève|CH-GL Glarus
CH-GR Graubünden|CH-JU Jura|CH-LU Luzern|CH-NE Neuchâtel|CH-NW Nidwalden|CH-OW Obwalden
CH-SG St. Gallen|CH-SH Schaffhausen|CH-SO Solothurn|CH-SZ Schwyz|CH-TG Thurgau|CH-TI Ticino
CH-UR Uri|CH-VD Vaud|CH-VS Valais|CH-ZG Zug|CH-ZH Zürich
DE-BB Brandenburg|DE-BE Berlin|DE-BW Baden-Württemberg|DE-BY Bayern|DE-HB Bremen|DE-HE Hessen
DE-HH Hamburg|DE-MV Mecklenburg-Vorpommern|DE-NI Niedersachsen|DE-NW Nordrhein-Westfalen
DE-RP Rheinland-Pfalz|DE-SH Schleswig-Holstein|DE-SL Saarland|DE-SN Sachsen
DE-ST Sachsen-Anhalt|DE-TH Thüringen
ES-AN Andalucía|ES-AR Aragón|ES-AS Asturias|ES-CB Cantabria|ES-CE Ceuta|ES-CL Castilla y León
ES-CM Castilla-La Mancha|ES-CN Canarias|ES-CT Catalunya|ES-EX Extremadura|ES-GA Galicia
ES-IB Illes Balears|ES-MC Murcia|ES-MD Madrid|ES-ML Melilla|ES-NC Navarra|ES-PV País Vasco
ES-RI La Rioja|ES-VC Comunitat Valenciana
IT-21 Piemonte|IT-23 Valle d'Aosta|IT-25 Lombardia|IT-32 Trentino-Alto Adige|IT-34 Veneto
IT-36 Friuli-Venezia Giulia|IT-42 Liguria|IT-45 Emilia-Romagna|IT-52 Toscana|IT-55 Umbria
IT-57 Marche|IT-62 Lazio|IT-65 Abruzzo|IT-67 Molise|IT-72 Campania|IT-75 Puglia
IT-77 Basilicata|IT-78 Calabria|IT-82 Sicilia|IT-88 Sardegna
GB-ENG England|GB-NIR Northern Ireland|GB-SCT Scotland|GB-WLS Wales
"""

GEOS: dict[str, str] = {
    code: name
    for line in (_COUNTRIES + _REGIONS).split("\n")
    for entry in line.split("|")
    if entry
    for code, _, name in [entry.partition(" ")]
}
"""Code -> name, as people of that country write it."""


def code_of(text: str) -> str | None:
    """The code of a place written by its name, if that is what was meant."""
    from rivage.inputs.problems import closest

    names = {name: code for code, name in GEOS.items()}
    meant = closest(text, names)
    return names[meant] if meant else closest(text, GEOS)
