#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view german_texts = R"texts(
language de|/de|80
place Berlin|Germany
place Hamburg|Germany
place München|Germany
place Köln|Germany
place Freiburg im Breisgau|Germany
place Wien|Austria
place Innsbruck|Austria
place Zürich|Switzerland
place |Germany
products Zelt Vidda 2|Hardshelljacke Skare|Stiefel Rimfrost|Rucksack Fjällbris 45|Schlafsack Snödriva|Kocher Glöd|Merinowäsche Lav|Regenhose Duggregn|Daunenjacke Isrosen|Stirnlampe Polstjärna
colors schwarz|moosgrün|meerblau|rostrot|gelb|grau
first Lukas|Jürgen|Hannah|Käthe|Felix|Jörg|Lena|Björn|Sophie|Ayşe|Matthias|Greta
last Müller|Schäfer|Weiß|Köhler|Großmann|Yıldız|Hofer|Brändle|Schröder|Wagner
price {count}9,90 €

greet Guten Tag {name}, mein Name ist {agent}. Wie kann ich Ihnen helfen?
greet Hallo und willkommen bei Norrsken Outdoor! Hier ist {agent}.
wait Einen Moment bitte, ich sehe gleich nach.
wait Danke, ich prüfe das kurz.
transfer Ich verbinde Sie mit {other}, dort sind Sie richtig.
take_over Guten Tag, hier {agent}. Ich habe den Verlauf gelesen.
thank Super, vielen Dank!
thank Danke für die schnelle Hilfe, {agent}.
thank Alles klar, danke schön 👍
bye Sehr gerne. Einen schönen Tag noch!
bye Gern geschehen – viel Spaß draußen! ⛰️
nudge Hallo?
nudge Ist da jemand?
leave Bitte schreiben Sie mir an {email}. Danke!
late Guten Morgen! Gestern war schon geschlossen, hier kommt die Antwort.

# delivery
open Guten Tag, wo bleibt meine Bestellung {order}?
open Die Sendungsverfolgung zu {order} zeigt seit {count} Tagen nichts Neues an.
ask Können Sie mir bitte die E-Mail-Adresse der Bestellung nennen?|{email}
ask Haben Sie schon eine Sendungsnummer erhalten?|Ja: {tracking}
answer Das Paket {tracking} wird voraussichtlich am {date} zugestellt.
answer Da ist beim Versand etwas schiefgegangen. Ich schicke Ihnen den Artikel „{product}“ heute noch einmal, kostenlos.
open Liefern Sie auch an eine Packstation?
ask Haben Sie schon bestellt?|Ja, unter {order}.
answer Das geht. Ich habe die Lieferung umgestellt, sie kommt am {date} an.
more Kann ich die Adresse noch ändern?|Ja, solange das Paket nicht verladen ist.
more Kostet der Versand nach Österreich extra?|Nein, ab 60 € ist er kostenlos.

# returns
open Hallo, ich möchte den Artikel „{product}“ zurückschicken.
ask Ist der Artikel unbenutzt und mit Etikett?|Ja, nur anprobiert.
ask Wie lautet Ihre Bestellnummer?|{order}
answer Das Rücksendeetikett geht an {email}.
open Ich warte noch auf die Erstattung für {order}.
ask Wann haben Sie das Paket abgegeben?|Am {date}, Sendung {tracking}.
answer Die Erstattung über {price} ist veranlasst und kommt bis {date} an.
open Kann ich „{product}“ in einer anderen Farbe haben, am liebsten {color}?
ask Ist der Artikel noch originalverpackt?|Ja, ungeöffnet.
answer Gern. Das Etikett für den Umtausch geht an {email}.
more Wie lange habe ich Zeit?|100 Tage ab Erhalt.
more Muss ich das Porto zahlen?|Beim Umtausch nicht, bei Rückgabe ziehen wir 4,90 € ab.

# size
open Fällt „{product}“ eher klein aus? Ich trage sonst {size}.
open Welche Größe bei 1,83 m und 80 kg („{product}“)?
ask Soll noch etwas Dickes darunter passen?|Ja, unbedingt.
ask Mögen Sie es lieber weit oder eng?|Lieber körpernah.
answer Dann empfehle ich {size}. Die Maßtabelle: https://norrsken.example.com/de/groessentabelle
more Ist {size} auf Lager?|Ja, noch {count} Stück in {color}.

# billing
open Mir wurde {order} doppelt abgebucht.
ask Haben Sie mit Karte oder auf Rechnung gezahlt?|Mit Karte, am {date}.
answer Eine der Buchungen ist nur eine Vormerkung und verfällt in wenigen Tagen.
open Mein Gutscheincode „HÜTTE20“ wird an der Kasse nicht angenommen.
ask Was liegt in Ihrem Warenkorb?|{product}
answer Ich habe den Rabatt von Hand eingetragen; es bleiben {price}.
open Ich brauche eine Rechnung mit USt-IdNr. zu {order}.
ask An welche Adresse?|{email}
answer Die Rechnung ist unterwegs an {email}.
more Gibt es Ratenzahlung?|Ja, bis zu {count} Monate ohne Zinsen.

# product
open Ist „{product}“ wirklich wasserdicht?
ask Wofür möchten Sie es benutzen?|Für eine Hüttentour in den Alpen.
ask Wie lange sind Sie am Stück draußen?|Nur mit dem Hund, jeden Tag eine Stunde 🐶
answer Ja, 10.000 mm Wassersäule – das hält auch ein Gewitter aus.
open Wann gibt es „{product}“ wieder in {color}?
ask Soll ich Ihnen dann schreiben?|Ja bitte, an {email}
answer Die nächste Lieferung kommt am {date}.
more Ist das Material PFAS-frei?|Ja, seit letztem Jahr das ganze Sortiment.
)texts";

}  // namespace parley::transfer::demo
