#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view finnish_texts = R"texts(
language fi|/en|60
place Helsinki|Finland
place Helsinki|Finland
place Tampere|Finland
place Oulu|Finland
place Rovaniemi|Finland
place Jyväskylä|Finland
place Haparanda|Sweden
products Vidda 2 -teltta|Skare-kuoritakki|Rimfrost-kengät|Fjällbris 45 -rinkka|Snödriva-makuupussi|Glöd-keitin|Lav-kerrasto|Duggregn-sadehousut|Isrosen-untuvatakki|Polstjärna-otsalamppu
colors musta|sammaleenvihreä|merensininen|ruosteenpunainen|keltainen|harmaa
first Aino|Mikko|Päivi|Juha|Hanna-Mari|Väinö|Tuuli|Eero|Sirpa|Onni
last Virtanen|Korhonen|Mäkinen|Hämäläinen|Räsänen|Niemi|Lähdesmäki
price {count}9,90 €

greet Hei {name}, täällä {agent}. Kuinka voin auttaa?
greet Tervetuloa Norrsken Outdoorin chattiin! Olen {agent}.
wait Hetki, tarkistan asian.
transfer Siirrän sinut kollegalleni, jonka nimi on {other}.
take_over Hei, täällä {agent}. Luin jo keskustelun.
thank Kiitos paljon!
thank Kiitti, hyvää päivänjatkoa 🙂
thank Selvä, kiitos avusta.
bye Ole hyvä, hyvää päivänjatkoa!
bye Kiitos yhteydenotosta, hyviä retkiä!
nudge Haloo?
nudge Onko siellä ketään?
leave Vastatkaa osoitteeseen {email}, kiitos.
late Huomenta! Olimme eilen illalla jo kiinni, tässä vastaus.

# delivery
open Hei, missä tilaukseni {order} on?
ask Millä sähköpostiosoitteella tilasit?|{email}
ask Oletko saanut seurantakoodin?|Kyllä, {tracking}.
answer Paketti {tracking} on noudettavissa viimeistään {date}.
open Kuinka kauan toimitus Suomeen kestää?
ask Mitä tuotetta katselit?|{product}, väri {color}
answer Toimitus kestää {count} arkipäivää.
more Voiko osoitetta vielä muuttaa?|Kyllä, kunnes paketti on lähtenyt varastolta.

# returns
open Haluaisin palauttaa tuotteen: {product}.
ask Onko tuote käyttämätön?|On, laput ovat paikallaan.
ask Mikä on tilausnumero?|{order}
answer Lähetin palautustarran osoitteeseen {email}.
open Palautin tilauksen {order}, mutta rahat eivät ole tulleet.
ask Milloin palautit sen?|{date}
answer Hyvitys {price} näkyy tililläsi viimeistään {date}.
more Onko palautus ilmainen?|Vaihto on, palautuksesta veloitamme 4,90 €.

# size
open Onko {product} pientä mitoitusta? Käytän yleensä kokoa {size}.
ask Haluatko mahduttaa alle jotain lämmintä?|Kyllä, talvikäyttöön.
ask Pidätkö väljästä vai istuvasta?|Mieluummin istuva.
answer Silloin suosittelen kokoa {size}.
more Onko kokoa {size} varastossa?|On, {count} kappaletta, väri {color}.

# billing
open Alennuskoodi ei toimi kassalla.
ask Minkä koodin kirjoitat?|TUNTURI20
answer Lisäsin alennuksen käsin, loppusumma on {price}.
open Tilaus {order} on veloitettu kahdesti.
ask Maksoitko kortilla vai laskulla?|Kortilla {date}.
answer Toinen niistä on vain katevaraus, se poistuu muutamassa päivässä.
more Saanko kuitin sähköpostiin?|Kyllä, lähetin sen osoitteeseen {email}.
)texts";

}  // namespace parley::transfer::demo
