#include "data.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
static double now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+1e-9*t.tv_nsec;}
int main(int c,char**v){for(int i=0;hand_cases[i];i++){const hand_case*h=hand_cases[i];if(c>1&&strcmp(v[1],h->name))continue;verify_hand(h);
 data d=data_new(h);void*s=h->create();double l,bf=1e9,bg=1e9,bp=1e9;void*g[10];memcpy(g,d.grad,sizeof g);for(int k=d.nparams;k<10;k++)g[k]=0;
 for(int r=0;r<11;r++){double t=now();h->forward(s,(void*)d.in,(void*)d.params,&l);t=now()-t;if(t<bf)bf=t;
 t=now();h->gradient(s,(void*)d.in,(void*)d.params,&l,g);t=now()-t;if(t<bp)bp=t;
 t=now();h->gradient(s,(void*)d.in,(void*)d.params,&l,d.grad);t=now()-t;if(t<bg)bg=t;}
 printf("%s f%d fwd %.3f gradp %.3f grad %.3f ms ratio %.2f %.2f\n",h->name,h->bits,bf*1e3,bp*1e3,bg*1e3,bp/bf,bg/bf);}}
