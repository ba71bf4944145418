"""Closed classes and frequent words of English, for finding phrases without a parser. Lower case, accents folded."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DETERMINERS = _set("the a an this that these those his her its their my our your any some every each another")
POINTING = _set("this that these those his her its their my our your")
AUXILIARIES = _set("""
    is are was were am be been being do does did has have had having will would can could shall should may might must
    isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't
""")
INFINITIVE_AFTER = _set(
    "do does did will would can could shall should may might must to didn't doesn't don't won't can't"
)
LEADING = INFINITIVE_AFTER - {"to"}
NUMERALS = _set("one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty")
NOT_NOUNS = _set("""
    who whom whose what which when where why how and or but so if because although while than as not no nor
    i you he she it we they me him us them mine yours hers ours theirs himself herself itself themselves myself
    of in on at by for with about against between into through during before after above below to from up down out off
    over under around across near since until till per via within without toward towards upon inside outside among
    besides beyond behind beneath along throughout versus vs
    there here then now again else anything something everything nothing anyone someone everyone nobody one ones
    many much more most few less least such same so too very both all either neither none other others several
    ok okay yes yeah well please thanks that's what's who's it's there's let's i'm don't
    long old far often soon wide deep big high tall large fast wrong sure able ready
""")
PREPOSITIONS = _set("""
    of in on at by for with about against between into through during before after from over under around across near
    since without toward towards upon inside outside among besides behind beyond along throughout versus vs than
""")
ADVERBS = _set("""
    never ever also still already only just even really actually exactly currently recently finally first later ago
    today yesterday tomorrow together almost about always usually sometimes probably perhaps maybe once twice next
    not yet officially originally eventually initially especially specifically generally directly
""")
VERBS = _set("""
    agree agreed say says said tell told think thinks thought know knows knew known make makes made take takes took
    taken get gets got give gives gave given go goes went gone come comes came become becomes became see sees saw seen
        want wants wanted find finds found begin begins began begun break breaks broke broken happen happens
    happened occur
    occurs occurred erupt erupted keep keeps kept let lets put puts bring brings brought write writes wrote written
    sing sings sang sung sit stand stands stood lose loses lost pay pays paid meet meets met include includes continue
        continues learn learnt learned lead leads led understand understood speak speaks spoke spoken spend spent
    grow grew
        grown win wins won teach taught buy bought sell sells sold serve serves served die dies died send sends sent
    expect
        expects build builds built stay stays fall falls fell fallen reach reaches reached kill kills killed remain
    remains
    raise raises raised sign signs signed announce announces announced describe describes described explain explains
    accept accepts refuse refuses refused choose chose chosen flee fled hold holds held leave leaves left lie lay mean
    means meant ask asks asked seem seems seemed feel feels felt try tries tried call calls called provide provides
    provided create creates created establish established allow allows allowed cause caused add added receive receives
    received appear appears appeared join joins joined perform performs performed produce produces produced marry
    married disband disbanded bear born live lives lived like liked love loved hate hated believe believes believed
    consider considered mention mentioned oppose opposes opposed destroy destroyed attend attends attended compare
    compares contain contains prevent prevents protect protects require requires apply applies differ affect affects
    exist exists follow follows suffer suffers eat eats drink drinks teach teaches earn earns earned retire retired
    react reacted respond responded collaborate collaborated publish published invent invented discover discovered
    arrest arrested elect elected develop develops developed survive survived spread spreads patrol patrols withdraw
    withdrew withdrawn cover covers covered criticise criticised criticize criticized warn warns warned accuse accused
        insist insisted back backs backed sue sued own owns owned charge charged shoot shot relate related involve
    involved
            promised promises threaten threatened set sets read reads hire hired recommend prepare reopen reopened
    restore restored codename codenamed outline
    outlined start starts started end
    ended work works worked play plays played fight fights fought change changed use uses used need needs needed help
    helps helped turn turned move moved
    arise arose arisen awoke beaten began bitten bled blew blown bred burnt caught clung crept dealt done drew drawn
    drive drove driven drank drunk ate eaten fed felt flew flown forbade forbidden forgot forgotten forgave forgiven
    froze frozen hung hear heard hide hid hidden hurt knelt laid lent lit overcame overthrew overthrown rode ridden rang
    rung ran rose risen sought shaken shook shone shrank shrunk sank sunk slept slid spun stole stolen stuck struck
    swore sworn swept swam swum swung tore torn threw thrown undertook woke woken wore worn wove woven wrung
""")
BOTH_NOUN_AND_VERB = _set("""
        promise start end work play fight change use need help turn move strike attack plan deal claim visit support
    report vote
    study release record talk fire launch influence love call cause cover charge back patrol shot lead meeting cut
    fall rise return demand offer show film name face control respond place order run stop judge share cost open
    close flow
""")
PERSON_NOUNS = _set("""
    president minister leader king queen prince princess chief chairman chairwoman director author writer singer actor
        actress player coach mayor governor senator secretary ambassador spokesman spokeswoman spokesperson general
    commander
    man woman boy girl mother father brother sister son daughter wife husband founder owner manager professor doctor
        neighbor neighbour friend boss colleague judge officer pope emperor dictator poet painter artist inventor
    scientist candidate chancellor premier
""")
TITLES = _set(
    "mr mrs ms miss dr prof professor sir dame lord lady sheikh imam rabbi father sister captain colonel judge"
)
GROUP_NOUNS = _set("""
    group band party union army council ministry university committee government company team parliament police troops
    forces organisation organization association agency bank club federation force court congress senate couple family
    corporation beatles commission regime militia opposition front movement alliance coalition league
    foundation institute authority trust syndicate guild airlines airways holding industries brothers sons daughters
""")
PLURALS = _set("people men women children police troops forces media data criteria personnel servicemen")
RELATIONAL = _set("""
    causes cause reasons reason effects effect consequences consequence symptoms results result outcome author writer
    director members member population capital leader types type kinds themes theme characters differences advantages
    disadvantages benefits risks costs price purpose goal goals aim aims origin origins history definition role
    significance impact requirements terms conditions size length width winner winners victims survivors participants
    treatment treatments side-effects examples components features ingredients stages phases parties
""")
GENERIC = _set("""
        happen happens happened happening change changed next interesting aspects aspect article information info
    important
    significant facts fact tell explain elaborate details detail example examples thing things way mean means detailed
    further anything something notable example share learn know continue
""")
_TIMES = "day days year years month months week time date city place number kind type lot part way thing name"
DUMMIES = GENERIC | _set(_TIMES)
COURTESIES = _set("""
    hello hi hey good morning evening thanks thank you ok okay bye goodbye great nice yes no please sorry
""")
INSIDE_NAMES = _set("of the de von van al bin la le du")
LOCATIVE = _set("in at near around across inside outside into within throughout")
LOCATIONS = _set("in at near around across inside on outside")
ATTACHING = _set("in on between against for with at from around about over")
NAMING = _set("called named codenamed dubbed titled")
NAMED_THINGS = _set("""
    agreement war summit treaty accord conference deal operation crisis award prize league cup collapse revolution
    experiment act law system film book album college games championship series show protocol process compact zone
    airport street river bridge festival tour shield
""")
_PLACES = """
    afghanistan, albania, algeria, angola, argentina, armenia, australia, austria, azerbaijan, bahrain, bangladesh,
    belarus, belgium, bolivia, bosnia, botswana, brazil, britain, bulgaria, burundi, cambodia, cameroon, canada,
    chad, chile, china, colombia, congo, croatia, cuba, cyprus, czechia, denmark, ecuador, egypt, england, eritrea,
    estonia, ethiopia, europe, asia, africa, america, finland, france, gabon, gambia, georgia, germany, ghana,
    greece, guatemala, guinea, haiti, honduras, hungary, iceland, india, indonesia, iran, iraq, ireland, israel,
    italy, jamaica, japan, jordan, kazakhstan, kenya, kosovo, kuwait, kyrgyzstan, laos, latvia, lebanon, liberia,
    libya, lithuania, luxembourg, madagascar, malawi, malaysia, mali, malta, mauritania, mexico, moldova, mongolia,
    montenegro, morocco, mozambique, myanmar, namibia, nepal, netherlands, new zealand, nicaragua, niger, nigeria,
    north korea, south korea, korea, norway, oman, pakistan, palestine, panama, paraguay, peru, philippines, poland,
    portugal, qatar, romania, russia, rwanda, saudi arabia, scotland, senegal, serbia, sierra leone, singapore,
    slovakia, slovenia, somalia, south africa, spain, sri lanka, sudan, sweden, switzerland, syria, taiwan,
    tajikistan, tanzania, thailand, tunisia, turkey, turkiye, turkmenistan, uganda, ukraine, united arab emirates,
    united kingdom, united states, uruguay, us, u.s., usa, uk, u.k., uzbekistan, venezuela, vietnam, wales, yemen,
    zambia, zimbabwe, washington, moscow, ankara, tehran, london, paris, berlin, beijing, damascus, baghdad, kabul,
    kyiv, brussels, rome, madrid, vienna, geneva, istanbul, cairo, jerusalem, tel aviv, riyadh, doha, tokyo, seoul,
    delhi, new york, los angeles, chicago, texas, california, florida, boston, gaza, crimea
"""
PLACES = frozenset(" ".join(place.split()) for place in _PLACES.split(","))
"""Countries and the capitals the news speaks of. Capitals and countries act as well: "Moscow said"."""
