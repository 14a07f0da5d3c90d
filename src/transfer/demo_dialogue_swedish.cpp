#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view swedish_texts = R"texts(
language sv||575
place Stockholm|Sweden
place Stockholm|Sweden
place Stockholm|Sweden
place Göteborg|Sweden
place Göteborg|Sweden
place Malmö|Sweden
place Uppsala|Sweden
place Umeå|Sweden
place Luleå|Sweden
place Östersund|Sweden
place Örebro|Sweden
place Jönköping|Sweden
place Kiruna|Sweden
place Åre|Sweden
place Turku|Finland
place |Sweden
products tältet Vidda 2|skaljackan Skare|kängan Rimfrost|ryggsäcken Fjällbris 45|sovsäcken Snödriva|stormköket Glöd|ullunderstället Lav|regnbyxan Duggregn|dunjackan Isrosen|pannlampan Polstjärna
colors svart|mossgrönt|havsblått|rostrött|gult|grått
first Anna|Erik|Maria|Lars|Karin|Johan|Åsa|Björn|Linnéa|Oskar|Elsa|Göran|Märta|Nils|Saga|Zeynep|Amir|Sanna|Pär|Ylva
last Andersson|Johansson|Lindqvist|Nyström|Sjöberg|Öberg|Åkesson|Bergman|Hedlund|Ekström|Demir|Holmgren|Norén|Wallin
price {count}99 kr

greet Hej {name}! Du pratar med {agent}. Vad kan jag hjälpa dig med?
greet Hej och välkommen till Norrsken Outdoor! {agent} heter jag.
greet Hejsan! {agent} här 👋
greet God dag, mitt namn är {agent}. Jag hjälper dig gärna.
wait Ett ögonblick, jag tittar på det.
wait Tack! Jag kollar upp det direkt.
wait Jag ska bara läsa igenom din order, en liten stund.
transfer Det här kan min kollega {other} bättre än jag. Jag kopplar dig vidare.
transfer Jag lämnar över till {other}, så får du svar av rätt person.
take_over Hej, {agent} här! Jag har läst vad ni har skrivit.
take_over Hej! Jag tar över härifrån, det är {agent}.
thank Toppen, tack så mycket!
thank Tack för hjälpen {agent} 😊
thank Perfekt. Ha en bra dag!
thank ok tack
thank Vad bra, då vet jag. Tack!
bye Tack själv! Hör av dig om det är något mer. 🏔️
bye Så lite så. Ha en fin dag!
bye Tack för att du hörde av dig. Hej då!
nudge Hallå?
nudge Är det någon där?
nudge Har ni stängt nu?
nudge Jag väntar fortfarande på svar ...
leave Ni kan mejla mig på {email} i stället.
leave Skriv till {email} när ni öppnar, tack. /{name}
late God morgon! Vi hade stängt när du skrev, här kommer svaret.
late Hej {name}, ursäkta att du fick vänta över natten.

# delivery
open Hej! Var är mitt paket? Ordernummer {order}.
open Min beställning {order} skulle ha kommit igår men spårningen säger ingenting.
ask Kan du bekräfta vilken e-postadress du beställde med?|Ja, {email}
ask Har du fått något sms från fraktbolaget?|Nej, inget sms alls.
ask Stämmer det att du valde leverans till ombud?|Ja det stämmer, närmaste ombud.
answer Paketet {tracking} ligger på terminalen och körs ut senast {date}.
answer Det har blivit fel hos fraktbolaget. Jag skickar ett nytt paket utan kostnad, spårningen blir {tracking}.
open Jag har fått avi om {order} men ombudet hittar inte paketet 😕
ask Vad står det för kollinummer på avin?|{tracking}
ask Vilket ombud gäller det?|Tobaksaffären vid torget.
answer Jag har talat med ombudet, det låg bland gårdagens paket. Hämta det senast {date}.
answer Det har skickats till fel ombud. Jag styr om det, så får du en ny avi inom {count} timmar.
open Hur lång leveranstid är det på {product} just nu?
open Hinner {product} fram till helgen om jag beställer idag?
ask Vart ska det skickas?|Hem till dörren om det går.
ask Vilken färg gäller det?|Jag tänkte mig {color}.
answer Det finns i lager, så räkna med leverans {date}.
answer Just nu tar det {count} arbetsdagar, men med expressfrakt är det framme dagen därpå.
more Kan jag ändra adressen?|Ja, fram till att paketet är sorterat. Skriv adressen här så ändrar jag.
more Kan ni leverera på kvällen?|Vi bokar en tid mellan 17 och 21, går det bra?
more Kostar det något extra?|Nej, frakten är fri över 599 kr.
more Kommer allt i samma paket?|Nej, {product} kommer för sig, resten i ett annat paket.

# returns
open Hej, jag vill lämna tillbaka {product}. Hur gör jag?
open Kan jag skicka tillbaka {product} fast kartongen är öppnad?
ask Har du kvar lapparna och är varan oanvänd?|Ja, den är aldrig använd.
ask Vilket ordernummer gäller det?|Det är {order}.
answer Då mejlar jag en retursedel till {email}. Lämna paketet hos valfritt ombud.
answer Inga problem. Retursedeln kommer till {email} om en liten stund.
open Jag har skickat retur på {order} men inte fått pengarna.
open När kommer återbetalningen för {order}?
ask Vilket datum skickade du returen?|Den {date}, kolli {tracking}.
ask Hur betalade du?|Med kort.
answer Returen är registrerad. {price} är tillbaka på ditt kort senast {date}.
answer Den blev skannad nu på morgonen, så {price} är på väg till dig.
open Kan jag byta {product} mot en annan färg, gärna i {color}?
ask Är varan oanvänd?|Ja, bara provad inomhus.
ask Vilket ordernummer gäller det?|{order}
answer Vi byter gärna! Jag lägger undan {product} i {color}, den skickas när returen är skannad.
more Måste jag betala returfrakten?|Nej, byten är fria. Vid återköp drar vi 49 kr.
more Kan jag lämna i butiken?|Absolut, i alla våra butiker. Ta med kvittot.
more Hur länge har man öppet köp?|Hundra dagar från det att du fick varan.

# size
open Hur är {product} i storlek? Jag har vanligtvis {size}.
open Hur är {product} i storleken, liten eller stor?
open Jag är 178 cm lång och väger 75 kg, vilken storlek på {product}?
ask Vill du kunna ha en tjock tröja eller socka under?|Ja, den ska funka på vintern också.
ask Hur brukar du vilja att det sitter?|Ganska ledigt.
ask Är det mest för löpning eller vandring?|Helst tajt, jag springer i den.
answer Då rekommenderar jag {size}. Många säger att modellen är aningen liten.
answer Ta {size}, måtten hittar du i storleksguiden: https://norrsken.example.com/storleksguide
more Finns {size} i lager?|Ja, {count} stycken i {color}.
more Och om den inte passar?|Då byter du gratis inom 100 dagar.
more Är det samma mått på dammodellen?|Nej, den är lite smalare.

# billing
open Jag har fått en påminnelse på en faktura jag redan betalat ({order}).
ask Vilken dag betalade du?|Den {date} via banken.
ask Använde du OCR-numret på fakturan?|Ja, det gjorde jag.
answer Betalningen syns nu, så du kan bortse från påminnelsen.
answer Den kom in i morse. Påminnelsen är struken och avgiften med den.
open Min rabattkod fungerar inte i kassan.
open Det står "ogiltig kod" när jag försöker betala.
ask Vilken kod skriver du in?|FJÄLL20, det stod "gäller hela sortimentet" i mejlet.
ask Vilken vara har du i varukorgen?|Det är {product}.
answer Jag lägger in rabatten manuellt, då blir det {price}.
answer Koden gäller bara fullprisvaror, men jag gör ett undantag: {product} för {price}.
open Varför drogs {price} två gånger?
ask Betalade du med kort eller faktura?|Med kort.
ask Vilket ordernummer gäller det?|{order}
answer Den ena dragningen är bara en reservation, den försvinner inom några dagar.
open Kan jag få ett kvitto med org.nr på {order}?
ask Vilken adress ska kvittot till?|{email}
answer Kvittot är skickat till {email}.
more Tillkommer någon avgift?|Nej, ingen alls.
more Kan jag dela upp betalningen?|Ja, på {count} månader utan ränta.

# product
open Håller {product} tätt i ösregn?
ask Hur länge är du ute åt gången?|Mest dagsturer.
ask Är det till fjälls?|Ja, en vecka runt Kebnekaise.
answer Ja, det är 10 000 mm vattenpelare, så även riktigt fjällväder går bra.
open Vad är skillnaden mellan {product} och förra årets modell?
ask Är det vikten som är viktigast för dig?|Ja, jag bär allt själv.
answer Årets modell väger {count}00 gram mindre och har nya sömmar.
open När får ni in {product} i {color} igen?
open Kommer {product} i {color} tillbaka?
ask Vill du att jag mejlar när den kommer?|Ja tack, {email}
answer Nästa leverans kommer {date}. Du får ett mejl då.
open Passar {product} för en vecka i Sarek i september?
ask Hur många är ni som ska ut?|Vi är två vuxna och en hund 🐕
ask Hur kallt räknar du med att det blir?|Ner mot noll på natten.
answer Ja, det valet blir bra. Ta med en reparationssats också.
more Är den PFAS-fri?|Ja, all impregnering hos oss är fri från PFAS sedan i fjol.
more Vad väger den?|1,{count} kg med allt.
more Kan man prova i butik?|Ja, i Stockholm, Göteborg och Östersund.

# claim
open Dragkedjan på {product} gick sönder efter två veckor. Vad gör jag?
open En söm har gått upp på {product} som jag köpte i våras.
open Hej, {product} läcker vid sömmarna. Jag vill reklamera.
ask Kan du skicka en bild på skadan?|https://files.example.com/norrsken/{tracking}.jpg
ask Har du kvar ordernumret?|{order}, betalt {price}.
answer Det där ska inte hända. Vi skickar {product} på nytt och du behåller den trasiga till dess.
answer Vår verkstad lagar det kostnadsfritt. Fraktsedel kommer till {email}.
more Hur lång tid tar det?|Ungefär två veckor just nu.
more Kan jag få pengarna tillbaka i stället?|Ja, om vi inte lyckas har du rätt till det.

# account
open Jag kommer inte in på mitt konto.
ask Vilken e-post är kontot registrerat på?|{email}
ask Vilket felmeddelande får du?|"Fel användarnamn eller lösenord", fast jag har bytt.
answer Jag har skickat en ny länk till {email}. Den gäller i en timme.
open Hur avslutar jag nyhetsbrevet?
ask Vilken e-post gäller det?|{email}
answer Du är avanmäld. Det kan ta ett dygn innan det slår igenom.
open Mina klubbpoäng har försvunnit!
ask Vilken e-post är kontot registrerat på?|{email}
answer Nu är dina {count}50 poäng tillbaka på kontot.
more Kan ni radera mina uppgifter?|Ja, enligt GDPR gör vi det inom 30 dagar.
)texts";

}  // namespace parley::transfer::demo
